import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Sankey } from "@/components/ui";
import { placedFlow, type FlowBand, type FlowBox } from "@/lib/sankey";

const boxes: FlowBox[] = [
  { id: "bought", label: "购入", stage: 0 },
  { id: "coal", label: "煤", stage: 1 },
  { id: "power", label: "发电", stage: 2 },
  { id: "electricity", label: "电力", stage: 3 },
  { id: "use", label: "轧钢", stage: 4 },
  { id: "loss", label: "损失", stage: 5 },
];
const bands: FlowBand[] = [
  { source: "bought", target: "coal", value: 100 },
  { source: "coal", target: "power", value: 100 },
  { source: "power", target: "electricity", value: 40 },
  { source: "power", target: "loss", value: 60, faint: true },
  { source: "electricity", target: "use", value: 38 },
  { source: "electricity", target: "power", value: 2 },
];

describe("a flow drawing", () => {
  const made = placedFlow(boxes, bands, { width: 800, height: 300 });
  const at = (id: string) => made.boxes.find((one) => one.id === id);

  it("makes boxes as high as what passes them, by one scale", () => {
    const scale = (at("coal")?.height ?? 0) / 100;
    expect(at("power")?.value).toBe(102);
    expect(at("electricity")?.height).toBeCloseTo(40 * scale);
    expect(at("loss")?.height).toBeCloseTo(60 * scale);
  });
  it("puts stages in columns from left to right, and nothing outside", () => {
    const xs = boxes.map((one) => at(one.id)?.x ?? -1);
    expect([...xs].sort((a, b) => a - b)).toEqual(xs);
    for (const box of made.boxes) expect(box.y + box.height).toBeLessThanOrEqual(made.height);
  });
  it("draws what leads back as a loop, and does not hang on a circle", () => {
    expect(made.bands.filter((one) => one.back).map((one) => one.source)).toEqual(["electricity"]);
  });
  it("leaves what cannot be drawn to the table", () => {
    const odd = placedFlow(boxes, [...bands, { source: "power", target: "loss", value: -5 }, { source: "coal", target: "nowhere", value: 5 }], { width: 800, height: 300 });
    expect(odd.bands).toHaveLength(bands.length);
  });
  it("is empty for nothing", () => {
    expect(placedFlow(boxes, [], { width: 800, height: 300 }).boxes).toEqual([]);
  });
  it("does not mind the order of what it is given", () => {
    const other = placedFlow([...boxes].reverse(), [...bands].reverse(), { width: 800, height: 300 });
    const places = (flow: typeof made) => Object.fromEntries(flow.boxes.map((one) => [one.id, [Math.round(one.x), Math.round(one.y)]]));
    expect(places(other)).toEqual(places(made));
  });
});

describe("its face", () => {
  const shown = renderToStaticMarkup(<Sankey title="能流" unit="tce" boxes={boxes} bands={[...bands, { source: "power", target: "loss", value: -5, label: "等价" }]} />);
  it("has every band in the table behind, also one below nothing", () => {
    expect(shown.match(/<tr>/g)).toHaveLength(bands.length + 2);
    expect(shown).toMatch(/[−-]5</);
  });
  it("names every box with its amount for who does not see", () => {
    expect(shown).toContain('aria-label="煤 100 tce"');
    expect(shown.match(/role="button"/g)).toHaveLength(boxes.length);
  });
});
