/** Branches of the tree fetched when they are opened 按需展开. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { api, take } from "@/client";
import { inputsOf, nextMost, type Fetched, type Node } from "./nodes";

export function useBranches(root: string) {
  const queries = useQueryClient();
  const [fetched, setFetched] = useState<Fetched>(new Map());
  useEffect(() => setFetched(new Map()), [root]);
  const fetchBelow = useCallback(
    async (node: Node) => {
      const most = nextMost(inputsOf(node).length);
      const put = (state: Node | "waiting" | "failed") => setFetched((old) => new Map(old).set(node.id, state));
      put("waiting");
      try {
        const ask = () => take(api.GET("/api/v1/explain/{id}", { params: { path: { id: node.id }, query: { depth: 1, most } } }));
        put(await queries.fetchQuery({ queryKey: ["explain", node.id, 1, most], queryFn: ask, staleTime: 300_000 }));
      } catch {
        put("failed");
      }
    },
    [queries],
  );
  return { fetched, fetchBelow };
}
