import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { MemoryRouter } from "react-router";
import { describe, expect, it, vi } from "vitest";
import { MeContext, type Me } from "@/app/me";
import { WallPage } from "@/features/wall/WallPage";

vi.mock("@/features/wall/hooks", async (original) => ({ ...(await original<object>()), useDark: () => undefined }));
vi.mock("@/app/Explain", () => ({ Explain: () => null }));

/** The wall as it first stands for somebody with these use cases. */
function wall(menu: string[]): string {
  const me = { menu, use_cases: menu, areas: [], area: null } as unknown as Me;
  return renderToStaticMarkup(
    <QueryClientProvider client={new QueryClient()}>
      <MemoryRouter initialEntries={["/wall"]}>
        <MeContext value={me}><WallPage /></MeContext>
      </MemoryRouter>
    </QueryClientProvider>,
  );
}

describe("the wall", () => {
  it("is for whoever may see the overview", () => {
    expect(wall(["overview.see"])).toContain("df-wall");
  });
  it("is for others no page, told as plainly as any, and nothing is asked", () => {
    const shown = wall(["filing.edit", "plan.see"]);
    expect(shown).toContain("<h1>");
    expect(shown).not.toContain("df-wall");
    expect(shown).not.toContain("df-problem");
  });
});
