/** What a report is called 报告名称. */
import type { useReportsText } from "./text";

const OPEN = "\u516c\u5f00\u7248"; // how the file of a public edition is marked

/** A report as people call it; the name of its file stays on hover and in the download. */
export function titleOf(card: { title: string }, t: ReturnType<typeof useReportsText>): string {
  const open = card.title.includes(OPEN);
  const bare = card.title.replace(`_${OPEN}`, "").replace(/_[0-9a-f]{6,}$/, "").replace(/_+/g, " ").trim();
  return open ? t("openEdition", { title: bare }) : bare;
}
