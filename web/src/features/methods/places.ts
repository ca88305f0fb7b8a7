/** The places that the calculator offers for factors of an area 因子适用地区: the nation, provinces, grid regions. */
import type { Lang } from "@/lib/units";

const PLACES: readonly (readonly [string, string, string])[] = [
  ["CN", "全国", "China"],
  ["110000", "北京", "Beijing"], ["120000", "天津", "Tianjin"], ["130000", "河北", "Hebei"], ["140000", "山西", "Shanxi"], ["150000", "内蒙古", "Inner Mongolia"],
  ["210000", "辽宁", "Liaoning"], ["220000", "吉林", "Jilin"], ["230000", "黑龙江", "Heilongjiang"], ["310000", "上海", "Shanghai"], ["320000", "江苏", "Jiangsu"],
  ["330000", "浙江", "Zhejiang"], ["340000", "安徽", "Anhui"], ["350000", "福建", "Fujian"], ["360000", "江西", "Jiangxi"], ["370000", "山东", "Shandong"],
  ["410000", "河南", "Henan"], ["420000", "湖北", "Hubei"], ["430000", "湖南", "Hunan"], ["440000", "广东", "Guangdong"], ["450000", "广西", "Guangxi"],
  ["460000", "海南", "Hainan"], ["500000", "重庆", "Chongqing"], ["510000", "四川", "Sichuan"], ["520000", "贵州", "Guizhou"], ["530000", "云南", "Yunnan"],
  ["540000", "西藏", "Tibet"], ["610000", "陕西", "Shaanxi"], ["620000", "甘肃", "Gansu"], ["630000", "青海", "Qinghai"], ["640000", "宁夏", "Ningxia"], ["650000", "新疆", "Xinjiang"],
  ["grid:north", "华北区域电网", "North China grid"], ["grid:northeast", "东北区域电网", "Northeast China grid"], ["grid:east", "华东区域电网", "East China grid"],
  ["grid:central", "华中区域电网", "Central China grid"], ["grid:northwest", "西北区域电网", "Northwest China grid"], ["grid:southwest", "西南区域电网", "Southwest China grid"], ["grid:south", "南方区域电网", "Southern China grid"],
];

/** As options of a select; a code that is not listed (a prefecture, a county) stands as it is. */
export function placesIn(lang: Lang, also: string): { value: string; label: string }[] {
  const side = lang === "zh" ? 1 : 2;
  const listed = PLACES.map((one) => ({ value: one[0], label: `${one[side]}${/^\d/.test(one[0]) ? ` ${one[0]}` : ""}` }));
  return !also || listed.some((one) => one.value === also) ? listed : [{ value: also, label: also }, ...listed];
}

/** What a scope of the rulebook is called: a place, a grid region with its years of old, else its code. */
export function placeName(scope: string, lang: Lang): string {
  const found = PLACES.find((one) => one[0] === scope);
  return found ? found[lang === "zh" ? 1 : 2] : scope;
}
