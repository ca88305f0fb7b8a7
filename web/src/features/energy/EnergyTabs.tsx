/** Energy flow, totals, processes, data quality and uncertainty of one subject; which one stands in the address. */
import { Segmented, Select } from "antd";
import { useParam } from "@/app/view";
import "./energy.css";
import { FlowSection } from "./FlowSection";
import { ProcessSection } from "./ProcessSection";
import { QualitySection } from "./QualitySection";
import type { Subject } from "./subject";
import { useEnergyText } from "./text";
import { TotalsSection } from "./TotalsSection";
import { UncertaintySection } from "./UncertaintySection";

const SHOWN = { flow: FlowSection, totals: TotalsSection, process: ProcessSection, quality: QualitySection, uncertainty: UncertaintySection } as const;
export const VIEWS = Object.keys(SHOWN) as (keyof typeof SHOWN)[];

export function EnergyTabs({ of, only = VIEWS }: { of: Subject; only?: readonly (keyof typeof SHOWN)[] }) {
  const t = useEnergyText();
  const [named, setNamed] = useParam("energy");
  const view = only.find((one) => one === named) ?? only[0] ?? "flow";
  const Shown = SHOWN[view];
  const options = only.map((one) => ({ value: one, label: t(`show_${one}`) }));
  const pick = (next: unknown) => setNamed(next === only[0] ? null : String(next));
  return (
    <div className="df-energy">
      <Segmented className="df-noprint df-energy-tabs" aria-label={t("view")} value={view} options={options} onChange={pick} />
      <Select className="df-noprint df-energy-select" aria-label={t("view")} value={view} options={options} onChange={pick} />
      <Shown of={of} />
    </div>
  );
}
