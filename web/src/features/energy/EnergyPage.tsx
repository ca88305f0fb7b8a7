/** Where does the energy of an area or an enterprise come from, where does it go, and how much of it counts? 能源核算 */
import { useMe } from "@/app/me";
import { usePlaceAndTime } from "@/app/pickers";
import { useParam, useView } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { Empty, Page, PageFace } from "@/components/ui";
import { EnergyTabs, VIEWS } from "./EnergyTabs";
import { useAreaName } from "@/features/regions/names";
import { useFlow, type Subject } from "./subject";
import { useEnergyText } from "./text";

export function EnergyPage() {
  const t = useEnergyText();
  const me = useMe();
  const { area } = usePlaceAndTime();
  const { year } = useView();
  const [firm] = useParam("firm");
  const enterprise = firm ?? (area ? undefined : me.enterprises[0]);
  if (!enterprise && !area) return <Page title={t("title")}><NoPlace /></Page>;
  return <Loaded of={enterprise ? { enterprise, year } : { area, year }} />;
}

/** The flow's answer says of whom and of which years there is an account; a year without one falls back to the last. */
function Loaded({ of }: { of: Subject }) {
  const t = useEnergyText();
  const { menu } = useMe();
  const [wanted] = useParam("year"); // as the address says it, also where it is no year
  const areaName = useAreaName();
  const asked = useFlow(of);
  const last = useFlow({ ...of, year: undefined });
  const query = asked.error && last.data ? last : asked;
  const only = menu.includes("quality.see") ? VIEWS : VIEWS.filter((one) => one !== "quality" && one !== "uncertainty");
  const subject = query.data?.subject;
  const refused = query.error?.status === 403 || (query.error?.status === 404 && !of.year);
  return (
    <Page title={subject?.kind === "enterprise" ? `${t("title")} · ${subject.name}` : t("title")} note={subject && t(subject.kind === "enterprise" ? "placeOne" : "place", { name: areaName(subject.id, subject.name), year: subject.year, n: subject.enterprises })} actions={of.enterprise && <ViewLink className="df-button df-button-link" to={`/enterprises/${of.enterprise}`}>{t("firm")}</ViewLink>}>
      {subject && wanted && wanted !== String(subject.year) && <p className="df-muted" role="status">{t("otherYear", { asked: wanted.slice(0, 12), year: subject.year })}</p>}
      {refused ? <NoPlace /> : <PageFace query={query}>{(found) => <EnergyTabs of={{ ...of, year: found.subject.year }} only={only} />}</PageFace>}
    </Page>
  );
}

function NoPlace() {
  const t = useEnergyText();
  return <Empty title={t("needArea")} text={t("needAreaText")} action={<ViewLink className="df-button df-button-link" to="/enterprises">{t("toEnterprises")}</ViewLink>} />;
}
