/** A case to begin with 示例: invented figures of a clinker line, two of them measured, and a printed total to be checked. */
import type { CaseForm } from "./draft";

export const exampleCase = {
  case: "example",
  name: { zh: "示例：水泥熟料生产线（虚构）", en: "Example: a clinker line (invented)" },
  method: "cement",
  family: "mee_ets_2023",
  period: "2023",
  scope: "CN",
  activity: [
    { stream: "fuel", item: "bituminous", inputs: { amount: 152000, ncv: { value: 23.1, unit: "GJ/t", evidence: "JC-2023-017", laboratory: "CMA", method: "GB/T 213" } } },
    { stream: "fuel", item: "diesel", inputs: { amount: 180 } },
    { stream: "clinker", item: "portland", inputs: { amount: 1200000 } },
    { stream: "electricity", inputs: { bought: { value: 6800, unit: "10^4 kWh" } } },
  ],
  published: { total: 1015000 },
} as unknown as CaseForm;
