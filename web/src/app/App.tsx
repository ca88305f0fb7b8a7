import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "react-router/dom";
import { ApiProblem } from "@/client";
import { router } from "./routes";

/** Answers stay good for half a minute; refusals are not asked again, a broken line twice. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (count, problem) => !(problem instanceof ApiProblem && problem.status < 500 && problem.status !== 429) && count < 2,
    },
  },
});

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
