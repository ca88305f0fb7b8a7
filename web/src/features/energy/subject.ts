/** Of whom an account is asked 核算主体, and its questions to the API. */
import { keepPreviousData } from "@tanstack/react-query";
import { api, useApi } from "@/client";

export interface Subject {
  enterprise?: string | undefined;
  area?: string | undefined;
  year?: number | undefined;
}

const said = ({ enterprise, area, year }: Subject) => ({ ...(enterprise ? { enterprise } : area ? { area } : {}), ...(year ? { year } : {}) });
const key = (name: string, { enterprise, area, year }: Subject) => [name, enterprise ?? null, enterprise ? null : (area ?? null), year ?? null];

const keep = { placeholderData: keepPreviousData, retry: false } as const;

export const useFlow = (of: Subject) => useApi(key("energy_flow", of), () => api.GET("/api/v1/energy/flow", { params: { query: said(of) } }), keep);
export const useTotals = (of: Subject) => useApi(key("energy_totals", of), () => api.GET("/api/v1/energy/totals", { params: { query: said(of) } }), keep);
export const useQuality = (of: Subject) => useApi(key("account_quality", of), () => api.GET("/api/v1/accounts/quality", { params: { query: said(of) } }), keep);
export const useUncertainty = (of: Subject) => useApi(key("account_uncertainty", of), () => api.GET("/api/v1/accounts/uncertainty", { params: { query: said(of) } }), keep);
