import { exact, unitName } from "@/lib/units";
import type { FigureValue } from "./Figure";
import type { useUiText } from "./text";

/** What hovering a figure tells: the exact value in the library's unit, period, coverage. */
export function moreText(figure: FigureValue, t: ReturnType<typeof useUiText>): string {
  const parts = [t("exactValue", { value: `${exact(figure.value ?? 0)} ${unitName(figure.unit, "en")}`.trim() })];
  if (figure.period) parts.push(figure.period);
  if (figure.coverage != null) parts.push(t("coverage", { value: Math.floor(figure.coverage * 1000) / 10 }));
  return parts.join(" · ");
}
