/** Small parts of the pages of regional accounts. */
import { useParam } from "@/app/view";
import { Amount, Mark, StatusMark } from "@/components/ui";
import { digits } from "@/lib/units";
import { useRegionsText } from "./text";
import type { RegionTotal } from "./regions";

export const CO2 = "t_co2";

/** Tonnes of CO2 in the scale of the view. */
export function Co2({ value }: { value: number | null | undefined }) {
  return <Amount value={value} unit={CO2} />;
}

export const halfText = (share: number | null | undefined): string => (share == null ? "\u2014" : digits(share * 100, 2));

export function Scroll({ label, children }: { label: string; children: React.ReactNode }) {
  return <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={label}>{children}</div>;
}

/** A figure of the account that opens its derivation. */
export function Opens({ node, children }: { node: string | null | undefined; children: React.ReactNode }) {
  const [, open] = useParam("explain");
  if (!node) return <>{children}</>;
  return <button type="button" className="df-bare df-figure-link" onClick={() => open(node)}>{children}</button>;
}

/** A total: its value with its interval, or what there is of it with the mark of what is missing. */
export function Total({ total }: { total: RegionTotal | undefined }) {
  const t = useRegionsText();
  if (!total) return <>{"\u2014"}</>;
  const value = total.value ?? total.partial;
  return (
    <>
      <Opens node={total.node}>{value === null ? "\u2014" : <Co2 value={value} />}</Opens>
      {total.value !== null && total.uncertainty !== null && <span className="df-muted"> ±{halfText(total.uncertainty)}%</span>}
      {total.value === null && <> <Mark kind="missing" note={t("missingLines", { n: total.missing })} /></>}
      {total.estimated && <> <Mark kind="estimated" /></>} <StatusMark status={total.status} demo={false} />
    </>
  );
}
