import { createBrowserRouter, type RouteObject } from "react-router";
import { BARE, isBuilt, load, PAGES, type PageDef } from "./pages";
import { NotFound, RootError } from "./Fallbacks";
import { Root } from "./Root";

const lazily = (page: PageDef): RouteObject => ({ path: page.path, lazy: () => load(page), ErrorBoundary: RootError });

export const router = createBrowserRouter([
  {
    Component: Root,
    ErrorBoundary: RootError,
    HydrateFallback: () => null,
    children: [
      { path: "/login", lazy: async () => ({ Component: (await import("@/features/account/LoginPage")).LoginPage }) },
      {
        lazy: async () => ({ Component: (await import("./Session")).Session }),
        children: [
          ...BARE.filter(isBuilt).map(lazily),
          {
            lazy: async () => ({ Component: (await import("./Layout")).Layout }),
            children: [...PAGES.filter(isBuilt).map(lazily), { path: "*", Component: NotFound }],
          },
        ],
      },
    ],
  },
]);
