/** Names of areas in the language of the view 区域名称: by the programme's tree where it is in sight, else as the account has it. */
import { useCallback, useMemo } from "react";
import { useAreas } from "@/app/pickers";

type Leaf = ReturnType<typeof useAreas>[number];
const spread = (leaves: readonly Leaf[]): [string, string][] => leaves.flatMap((one) => [[one.value, one.title] as [string, string], ...spread(one.children ?? [])]);

export function useAreaName(): (code: string, other?: string) => string {
  const tree = useAreas();
  const names = useMemo(() => new Map(spread(tree)), [tree]);
  return useCallback((code, other) => names.get(code) ?? other ?? code, [names]);
}
