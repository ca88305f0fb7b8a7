/** The pages of one firm as tabs: its data, and its account by method. */
import { useMay } from "@/app/me";
import { ViewLink } from "@/app/ViewLink";
import "./methods.css";
import { useMethodsText } from "./text";

export function FirmTabs({ id, current }: { id: string; current: "data" | "account" }) {
  const t = useMethodsText();
  const may = useMay("account.see");
  if (!may) return null;
  const path = `/enterprises/${encodeURIComponent(id)}`;
  return (
    <nav className="df-tabs df-noprint" aria-label={t("firmPages")}>
      <ViewLink to={path} aria-current={current === "data" ? "page" : undefined}>{t("tabData")}</ViewLink>
      <ViewLink to={`${path}/account`} aria-current={current === "account" ? "page" : undefined}>{t("tabAccount")}</ViewLink>
    </nav>
  );
}
