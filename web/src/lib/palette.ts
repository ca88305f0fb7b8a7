/**
 * Colours 配色: eight that colour-blind eyes tell apart (after Okabe and Ito, muted), fixed per key across the product.
 * A key keeps its colour on every page; a key that is not listed takes one by its own letters, always the same.
 */
export const EIGHT = ["#6B5B4E", "#0F766E", "#C2410C", "#3B6FA0", "#B7950B", "#8E5572", "#5B9A8B", "#475569"] as const;
export const EIGHT_DARK = ["#A8978A", "#2DB5A6", "#E8834F", "#79A9D6", "#D9B93B", "#C58BAA", "#86C5B6", "#94A3B8"] as const;

const FIXED: Record<string, number> = {
  // fuels 燃料
  coal: 0, raw_coal: 0, cleaned_coal: 0, anthracite: 0, bituminous: 0, lignite: 0, other_washed_coal: 0,
  coke: 7, coke_oven_gas: 7, blast_furnace_gas: 7,
  oil: 2, crude_oil: 2, diesel: 2, gasoline: 2, fuel_oil: 2, kerosene: 2, lpg: 2,
  gas: 3, natural_gas: 3, lng: 3,
  electricity: 4, power: 4,
  heat: 5, steam: 5,
  biomass: 6, renewable: 6,
  // sectors 领域
  industry: 0, energy: 4, construction: 5, transport: 3, residential: 6, services: 1, agriculture: 2, process: 7, other: 7,
  // scopes 范围
  combustion: 0,
};

function byLetters(key: string): number {
  let sum = 0;
  for (const letter of key) sum = (sum * 31 + letter.codePointAt(0)!) % 9973;
  return sum % 8;
}

/** The colour of a fuel, sector or part, by its key. */
export function colourOf(key: string, dark = false): string {
  const n = FIXED[key] ?? byLetters(key);
  return (dark ? EIGHT_DARK : EIGHT)[n]!;
}

/** Five steps of one hue for maps. */
export const TEAL_STEPS = ["#E6F2F0", "#BCDCD7", "#86BFB7", "#4A9C92", "#0F766E"] as const;
