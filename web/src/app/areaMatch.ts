import { readsPinyin } from "@/lib/pinyin";

/** Whether what is typed means an area: part of its name in either language, its pinyin, or the beginning of its code. */
export const matchesArea = (typed: string, node: { title?: unknown; zh?: unknown; pinyin?: unknown; value?: unknown }): boolean => {
  const q = typed.trim().toLowerCase();
  return String(node.zh ?? "").includes(q) || String(node.title).toLowerCase().includes(q) || readsPinyin(q, String(node.pinyin).split(" ")) || String(node.value).startsWith(q);
};
