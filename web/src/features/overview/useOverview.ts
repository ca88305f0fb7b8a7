import { keepPreviousData } from "@tanstack/react-query";
import { homeArea, useMe } from "@/app/me";
import { usePlaceAndTime } from "@/app/pickers";
import { api, useApi, type Schemas } from "@/client";

/** The overview of the area and year in the address; asked again after so many milliseconds on a wall. */
export function useOverview(every?: number) {
  const { area, year, month } = usePlaceAndTime();
  return useApi(["overview", area, year, month], () => api.GET("/api/v1/overview", { params: { query: { area, year, month } } }), { placeholderData: keepPreviousData, ...(every ? { refetchInterval: every } : {}) });
}

/** The overview of the whole programme: where its counties stand on the map. */
export function useProgrammeOverview() {
  const me = useMe();
  const { year } = usePlaceAndTime();
  const area = homeArea(me);
  return useApi(["overview", area, year], () => api.GET("/api/v1/overview", { params: { query: { area, year } } }), { staleTime: 300_000 });
}

/** Nothing has been run, and nothing can be shown. */
export const isBare = (overview: Schemas["Overview"]): boolean => overview.source.run_id === null && overview.lights.length === 0 && overview.figures.every(([, figure]) => figure.value === null);
