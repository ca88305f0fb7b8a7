/** Remarks that the accounts write in Chinese only, in English as far as their forms are known. */
import type { Lang } from "@/lib/units";

const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^部分（(\d+)\/(\d+)家企业）$/, "part: $1 of $2 enterprises"],
  [/^部分（(\d+)\/(\d+)家）$/, "part: $1 of $2"],
  [/^(\d+)家企业不平衡$/, "enterprises that do not balance: $1"],
  [/^产出大于投入（当量值）$/, "more comes out than goes in (calorific value)"],
  [/^加工转换产出大于投入([\d.]+)吨标准煤（当量值）$/, "conversion gives $1 tce more than goes in (calorific value)"],
  [/^有缺失数据，未作平衡$/, "data are missing: not balanced"],
  [/^电力等价折标系数：当年供电煤耗未录入，沿用最近一年（取(\d+)年值）$/, "equivalent value of electricity: the coal consumption of the year is not entered yet, that of $1 is used"],
  [/^回收量按该副产能源自产总量计$/, "what is recovered is taken from the whole own output of this by-product"],
  [/^未报送副产煤气等回收量，未扣除$/, "by-product gas recovered is not delivered: nothing is taken off"],
  [/^用能数据缺失$/, "a figure of its energy is missing"],
  [/^缺产品产量$/, "its output is not delivered"],
  [/^各数据等级分按排放量加权：活动数据与因子各半$/, "points of the classes weighted by emissions, activity data and factors half each"],
  [/^应报期数中已有的比例，按排放量加权$/, "share of the periods due that are there, weighted by emissions"],
  [/^没有未解释核算发现的排放量占比$/, "share of the emissions free of findings not explained yet"],
  [/^能耗\(排放\)与增加值俱全的企业(\d+)\/(\d+)家$/, "$1 of $2 enterprises with both energy (emissions) and value added"],
];

/** The remark in a language; as it is where its form is not known. */
export function remark(text: string | null | undefined, lang: Lang): string {
  if (!text || lang === "zh") return text ?? "";
  const told = text.split("；").map((part) => {
    const found = FORMS.find(([form]) => form.test(part));
    return found ? part.replace(found[0], found[1]) : part;
  });
  return told.join("; ");
}

const COEFFICIENT = /^电力等价折标系数/;

/** What a remark says apart from the coefficient of the equivalent value, which does not concern the calorific one. */
export function besidesCoefficient(text: string | null | undefined): string {
  return (text ?? "").split("；").filter((part) => part && !COEFFICIENT.test(part)).join("；");
}
