/** Marks of nodes: a state comes from the library as its Chinese word 状态. */
import { Mark, StateMark, StatusMark, STATES, type State } from "@/components/ui";
import ui from "@/i18n/zh/ui";

export { Mark, StateMark, StatusMark };

/** The state that a node's text value names, in any of its spellings. */
export function isStateText(value: unknown): State | undefined {
  return STATES.find((state) => state === value || ui[`state_${state}`] === value);
}
