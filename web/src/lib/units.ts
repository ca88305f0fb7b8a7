/**
 * How a number of the library is shown 数字显示: unit scale and switch, significant digits, signs.
 * The library always gives base units (t_co2, tce, MWh, yuan …); only the face scales, and the exact value stays at hand.
 */
export type Lang = "zh" | "en";
export const MASS_UNITS = ["auto", "t", "wt", "yt"] as const;
export const ENERGY_UNITS = ["auto", "tce", "wtce", "kgce", "gj"] as const;
export type MassUnit = (typeof MASS_UNITS)[number];
export type EnergyUnit = (typeof ENERGY_UNITS)[number];
export interface Units {
  mass: MassUnit;
  energy: EnergyUnit;
}
export const AUTO: Units = { mass: "auto", energy: "auto" };

/** One tonne of standard coal 标准煤 in gigajoule, by definition (GB/T 2589). */
const GJ_PER_TCE = 29.3076;

interface Scale {
  factor: number; // shown = value × factor
  prefix: string; // before the unit: 万, 亿, k, M
}
const PLAIN: Scale = { factor: 1, prefix: "" };

export interface UnitNames {
  /** family → what follows the prefix, e.g. mass "吨" or "t" */
  base: string;
  rest: string;
}

/** Units of amounts that may be scaled: how the base is called, and what follows it. */
const AMOUNTS: Record<string, { kind: "mass" | "energy" | "other"; zh: [string, string]; en: [string, string] }> = {
  t: { kind: "mass", zh: ["吨", ""], en: ["t", ""] },
  tonne: { kind: "mass", zh: ["吨", ""], en: ["t", ""] },
  t_co2: { kind: "mass", zh: ["吨", " CO₂"], en: ["t", " CO₂"] },
  tCO2: { kind: "mass", zh: ["吨", " CO₂"], en: ["t", " CO₂"] },
  tCO2e: { kind: "mass", zh: ["吨", " CO₂e"], en: ["t", " CO₂e"] },
  tce: { kind: "energy", zh: ["吨标准煤", ""], en: ["tce", ""] },
  MWh: { kind: "other", zh: ["兆瓦时", ""], en: ["MWh", ""] },
  kWh: { kind: "other", zh: ["千瓦时", ""], en: ["kWh", ""] },
  GJ: { kind: "other", zh: ["吉焦", ""], en: ["GJ", ""] },
  cny: { kind: "other", zh: ["元", ""], en: ["CNY", ""] },
  yuan: { kind: "other", zh: ["元", ""], en: ["CNY", ""] },
  Nm3: { kind: "other", zh: ["标准立方米", ""], en: ["Nm³", ""] },
  m3: { kind: "other", zh: ["立方米", ""], en: ["m³", ""] },
};

/** Units whose name differs by language but which are never scaled. */
const FIXED: Record<string, { zh: string; en: string }> = {
  "": { zh: "", en: "" },
  "1": { zh: "", en: "" },
  dimensionless: { zh: "", en: "" },
  "%": { zh: "%", en: "%" },
  percent: { zh: "%", en: "%" },
  百分点: { zh: "百分点", en: "pp" },
  个百分点: { zh: "个百分点", en: "pp" },
  percent_point: { zh: "百分点", en: "pp" },
  kgce: { zh: "千克标准煤", en: "kgce" },
  kg: { zh: "千克", en: "kg" },
  家: { zh: "家", en: "firms" },
  个: { zh: "个", en: "" },
  项: { zh: "项", en: "" },
  户: { zh: "户", en: "firms" },
  piece: { zh: "个", en: "" },
  MW: { zh: "兆瓦", en: "MW" },
};

const BARE: Record<string, [string, string]> = {
  t_co2: ["吨 CO₂", "t CO₂"],
  tCO2: ["吨 CO₂", "t CO₂"],
  tCO2e: ["吨 CO₂e", "t CO₂e"],
  tco2: ["吨 CO₂", "t CO₂"],
  tce: ["吨标准煤", "tce"],
  kgce: ["千克标准煤", "kgce"],
  t: ["吨", "t"],
  kg: ["千克", "kg"],
  cny: ["元", "CNY"],
  MWh: ["兆瓦时", "MWh"],
  kWh: ["千瓦时", "kWh"],
  GJ: ["吉焦", "GJ"],
  TJ: ["太焦", "TJ"],
  "10k_cny": ["万元", "10⁴ CNY"],
  万元: ["万元", "10⁴ CNY"],
  "1e4 cny": ["万元", "10⁴ CNY"],
  万千瓦: ["万千瓦", "10⁴ kW"],
  "1e4 kW": ["万千瓦", "10⁴ kW"],
  万吨: ["万吨", "10⁴ t"],
  吨: ["吨", "t"],
  千克: ["千克", "kg"],
  吨CO2: ["吨 CO₂", "t CO₂"],
  吨二氧化碳: ["吨 CO₂", "t CO₂"],
  万吨CO2: ["万吨 CO₂", "10⁴ t CO₂"],
  万吨二氧化碳: ["万吨 CO₂", "10⁴ t CO₂"],
  天: ["天", "d"],
  吨标准煤: ["吨标准煤", "tce"],
  万吨标准煤: ["万吨标准煤", "10⁴ tce"],
  千克标准煤: ["千克标准煤", "kgce"],
  克标准煤: ["克标准煤", "gce"],
  千瓦时: ["千瓦时", "kWh"],
  万千瓦时: ["万千瓦时", "10⁴ kWh"],
  亿千瓦时: ["亿千瓦时", "10⁸ kWh"],
  立方米: ["立方米", "m³"],
  万立方米: ["万立方米", "10⁴ m³"],
  m3: ["立方米", "m³"],
  m2: ["平方米", "m²"],
  "10^4 Nm3": ["万标准立方米", "10⁴ Nm³"],
  "10^4 t": ["万吨", "10⁴ t"],
  "10^4 kWh": ["万千瓦时", "10⁴ kWh"],
  "10^4 tCO2": ["万吨 CO₂", "10⁴ t CO₂"],
  "10^4 tce": ["万吨标准煤", "10⁴ tce"],
  tC: ["吨碳", "tC"],
  g: ["克", "g"],
  mg: ["毫克", "mg"],
  km: ["公里", "km"],
  min: ["分钟", "min"],
  mV: ["毫伏", "mV"],
  degC: ["℃", "°C"],
  个: ["个", "pcs"],
  人: ["人", "persons"],
  万平方米: ["万平方米", "10⁴ m²"],
  万公里: ["万公里", "10⁴ km"],
  元: ["元", "CNY"],
  亿元: ["亿元", "10⁸ CNY"],
  月: ["月", "months"],
};

/** The name of a unit as people write it, e.g. tce/万元 → 吨标准煤/万元 or tce/10⁴ CNY. */
export function unitName(unit: string | null | undefined, lang: Lang): string {
  if (!unit) return "";
  const fixed = FIXED[unit];
  if (fixed) return fixed[lang];
  const side = lang === "zh" ? 0 : 1;
  return unit
    .split("/")
    .map((part) => BARE[part.trim()]?.[side] ?? part.trim())
    .join("/");
}

function autoScale(size: number, lang: Lang): Scale {
  if (lang === "zh") {
    if (size >= 1e8) return { factor: 1e-8, prefix: "亿" };
    if (size >= 1e4) return { factor: 1e-4, prefix: "万" };
    return PLAIN;
  }
  if (size >= 1e6) return { factor: 1e-6, prefix: "M" };
  if (size >= 1e4) return { factor: 1e-3, prefix: "k" };
  return PLAIN;
}

const TEN_4 = (lang: Lang): Scale => ({ factor: 1e-4, prefix: lang === "zh" ? "万" : "10⁴ " });
const TEN_8 = (lang: Lang): Scale => ({ factor: 1e-8, prefix: lang === "zh" ? "亿" : "10⁸ " });

export interface Shown {
  factor: number;
  unit: string;
}

/** English prefixes read badly on money and energy words: 10⁴ CNY and M CNY take a space. */
function spaced(prefix: string, base: string): string {
  return prefix.length === 1 && /^[A-Z]{3}/.test(base) ? `${prefix} ${base}` : prefix + base;
}

/**
 * By what factor, and under which unit name, amounts of this size are shown.
 * Pass the largest of a column or chart, so that all its numbers share one unit.
 */
export function scaleFor(unit: string | null | undefined, size: number, units: Units, lang: Lang): Shown {
  const amount = unit ? AMOUNTS[unit] : undefined;
  if (!amount) return { factor: 1, unit: unitName(unit, lang) };
  const [base, rest] = amount[lang];
  if (amount.kind === "energy" && units.energy === "kgce") return { factor: 1e3, unit: unitName("kgce", lang) };
  if (amount.kind === "energy" && units.energy === "gj") return { factor: GJ_PER_TCE, unit: unitName("GJ", lang) };
  const scale = chosen(amount.kind, units, lang) ?? autoScale(Math.abs(size), lang);
  return { factor: scale.factor, unit: spaced(scale.prefix, base) + rest };
}

function chosen(kind: "mass" | "energy" | "other", units: Units, lang: Lang): Scale | null {
  const choice = kind === "mass" ? units.mass : kind === "energy" ? units.energy : "auto";
  if (choice === "t" || choice === "tce") return PLAIN;
  if (choice === "wt" || choice === "wtce") return TEN_4(lang);
  if (choice === "yt") return TEN_8(lang);
  return null;
}

const MINUS = "\u2212";
export const DASH = "\u2014";

/** Text with the true minus sign. */
export function signed(text: string): string {
  return text.replace(/^-/, MINUS);
}

/** At most four significant digits, without ever rounding away whole digits: 12345.6 → 12,346; 0.012345 → 0.01235. */
export function digits(value: number, most = 4): string {
  if (!Number.isFinite(value)) return DASH;
  if (value === 0) return "0";
  const magnitude = Math.floor(Math.log10(Math.abs(value))) + 1;
  const decimals = Math.min(10, Math.max(0, most - magnitude));
  const text = new Intl.NumberFormat("en-US", { maximumFractionDigits: decimals }).format(value);
  return signed(text === "-0" ? "0" : text);
}

/** The value as the library has it, in full. */
export function exact(value: number): string {
  return signed(new Intl.NumberFormat("en-US", { maximumFractionDigits: 12 }).format(value));
}

/** Value and unit ready to print; null is the em dash. */
export function shown(value: number | null | undefined, unit: string | null | undefined, units: Units, lang: Lang, most = 4): { text: string; unit: string } {
  if (value === null || value === undefined || !Number.isFinite(value)) return { text: DASH, unit: scaleFor(unit, 0, units, lang).unit };
  const scale = scaleFor(unit, value, units, lang);
  return { text: digits(value * scale.factor, most), unit: scale.unit };
}

/** Rise or fall with its sign always shown: +3.2, −1.0. */
export function change(value: number, most = 3): string {
  const text = digits(value, most);
  return value > 0 ? `+${text}` : text;
}

/** What somebody typed in a unit as shown 输入换算, in the library's unit; thousands, a true minus and full-width figures are read, what is no number is null. */
export function typedIn(text: string, scale: Shown): number | null {
  const plain = text.normalize("NFKC").replace(/[\s,]/g, "").replace(/^[\u2212\u2013]/, "-");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  return Number((Number(plain) / scale.factor).toPrecision(12));
}

/** A bound in the library's unit as it would be typed in the unit shown, every digit of it. */
export const inShown = (value: number, scale: Shown): number => Number((value * scale.factor).toPrecision(12));
