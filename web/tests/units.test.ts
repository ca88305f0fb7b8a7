import { describe, expect, it } from "vitest";
import { AUTO, change, digits, exact, inShown, scaleFor, shown, typedIn, unitName, type Units } from "@/lib/units";

const fixed = (mass: Units["mass"], energy: Units["energy"] = "auto"): Units => ({ mass, energy });

describe("a number on screen", () => {
  it("has at most four significant digits, but never loses whole ones", () => {
    expect(digits(1234567)).toBe("1,234,567");
    expect(digits(76.384)).toBe("76.38");
    expect(digits(0.0123456)).toBe("0.01235");
    expect(digits(9.99996)).toBe("10");
  });
  it("keeps zero apart from missing", () => {
    expect(digits(0)).toBe("0");
    expect(shown(0, "t_co2", AUTO, "zh").text).toBe("0");
    expect(shown(null, "t_co2", AUTO, "zh").text).toBe("—");
    expect(shown(undefined, "t_co2", AUTO, "zh").text).toBe("—");
    expect(shown(Number.NaN, "t_co2", AUTO, "zh").text).toBe("—");
  });
  it("is negative with a true minus sign, and rises with a plus", () => {
    expect(digits(-3.2)).toBe("−3.2");
    expect(exact(-1234.5)).toBe("−1,234.5");
    expect(change(3.2)).toBe("+3.2");
    expect(change(-1)).toBe("−1");
    expect(change(0)).toBe("0");
  });
  it("is never a negative zero", () => expect(digits(-0.00000000001)).toBe("0"));
});

describe("the unit", () => {
  it("is scaled by 万 and 亿 in Chinese, by k and M in English", () => {
    expect(shown(123_456_789, "t_co2", AUTO, "zh")).toEqual({ text: "1.235", unit: "亿吨 CO₂" });
    expect(shown(1_234_567, "t_co2", AUTO, "zh")).toEqual({ text: "123.5", unit: "万吨 CO₂" });
    expect(shown(1_234_567, "t_co2", AUTO, "en")).toEqual({ text: "1.235", unit: "Mt CO₂" });
    expect(shown(9_999, "t_co2", AUTO, "zh")).toEqual({ text: "9,999", unit: "吨 CO₂" });
  });
  it("follows the switch whatever the size", () => {
    expect(shown(5000, "t_co2", fixed("wt"), "zh")).toEqual({ text: "0.5", unit: "万吨 CO₂" });
    expect(shown(5e8, "t_co2", fixed("t"), "zh")).toEqual({ text: "500,000,000", unit: "吨 CO₂" });
    expect(shown(2e8, "t_co2", fixed("yt"), "en")).toEqual({ text: "2", unit: "10⁸ t CO₂" });
  });
  it("turns standard coal into gigajoule and kilograms by definition", () => {
    expect(scaleFor("tce", 1, fixed("auto", "gj"), "zh")).toEqual({ factor: 29.3076, unit: "吉焦" });
    expect(scaleFor("tce", 1, fixed("auto", "kgce"), "en")).toEqual({ factor: 1000, unit: "kgce" });
  });
  it("leaves the mass switch away from energy, and intensities unscaled", () => {
    expect(scaleFor("tce", 100, fixed("yt"), "en").factor).toBe(1);
    expect(scaleFor("tce/万元", 1e6, AUTO, "zh")).toEqual({ factor: 1, unit: "吨标准煤/万元" });
    expect(unitName("tce/万元", "en")).toBe("tce/10⁴ CNY");
  });
  it("that nobody knows is printed as it came", () => expect(unitName("furlong", "zh")).toBe("furlong"));
});

describe("a unit as plans write it", () => {
  it("has its English name", () => {
    expect(unitName("家", "en")).toBe("firms");
    expect(unitName("家", "zh")).toBe("家");
    expect(unitName("吨CO2/万元", "en")).toBe("t CO₂/10⁴ CNY");
    expect(unitName("千克标准煤/吨", "en")).toBe("kgce/t");
    expect(unitName("克标准煤/千瓦时", "en")).toBe("gce/kWh");
  });
});

describe("a bound typed into a filter", () => {
  it("is in the unit of the column's head, and comes back as it was typed", () => {
    for (const [unit, size, typed, base] of [["t_co2", 5e6, "100", 1_000_000], ["t_co2", 5e6, "0.3", 3000], ["tce", 8e4, "1.1", 11_000]] as const) {
      const scale = scaleFor(unit, size, AUTO, "zh");
      expect(typedIn(typed, scale)).toBe(base);
      expect(inShown(base, scale)).toBe(Number(typed));
    }
    expect(typedIn("1", scaleFor("t_co2", 5e6, AUTO, "en"))).toBe(1_000_000);
    expect(typedIn("2", scaleFor("tce", 1, fixed("auto", "gj"), "en"))).toBeCloseTo(2 / 29.3076, 10);
  });
  it("may have thousands, a true minus and full-width figures; no number is none", () => {
    const plain = scaleFor("%", 1, AUTO, "zh");
    expect(typedIn("1,234.5", plain)).toBe(1234.5);
    expect(typedIn("\u22123.2", plain)).toBe(-3.2);
    expect(typedIn("\uff11\uff12", plain)).toBe(12);
    for (const text of ["", "x", "1e", "1 2a", "--1", "NaN", "Infinity", "0x10"]) expect(typedIn(text, plain)).toBeNull();
  });
});
