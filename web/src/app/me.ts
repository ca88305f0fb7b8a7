/** Who is here 本人: the one answer that the frame waits for. */
import { createContext, useContext } from "react";
import type { Schemas } from "@/client";

/** The answer of GET /me; use_cases are its menu: what may be called now. */
export type Me = Schemas["Me"] & { use_cases: readonly string[]; zone?: string };
export const MeContext = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("useMe outside the frame");
  return me;
}

/** The area that a person looks at first: the own one, else the whole programme's; none for whoever sees firms and no area. */
export const homeArea = (me: Me): string | undefined => me.areas[0] ?? (me.menu.includes("overview.see") ? me.area ?? undefined : undefined);

/** Whether the person's roles may do a use case, to show or hide its button; the server decides in any case. */
export function useMay(useCase: string): boolean {
  return useMe().use_cases.includes(useCase);
}
