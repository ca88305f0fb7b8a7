/** By which methods is this works accounted for a year, what does it come to, and what is missing? 企业方法核算 */
import { Button } from "antd";
import { useParams } from "react-router";
import { useMay } from "@/app/me";
import { usePlaceAndTime } from "@/app/pickers";
import { useParam } from "@/app/view";
import { ViewLink } from "@/app/ViewLink";
import { BackTo } from "@/app/BackTo";
import { api, useApi, type Schemas } from "@/client";
import { Empty, Page, PageFace, ProblemBox, Section, Skeleton, StatusMark } from "@/components/ui";
import { useWords } from "@/i18n";
import { Compared } from "./CompareRules";
import { FirmTabs } from "./FirmTabs";
import "./methods.css";
import { useMethodPage } from "./MethodPage";
import { ResultView } from "./ResultView";
import { useMethodsText } from "./text";
import { merged } from "./wanted";

type Works = Schemas["WorksMethods"];
type Head = ReturnType<typeof merged>[number];

export function WorksAccountPage() {
  const t = useMethodsText();
  const { id = "" } = useParams();
  const { year } = usePlaceAndTime();
  const firm = useApi(["enterprise", id, year], () => api.GET("/api/v1/enterprises/{id}", { params: { path: { id }, query: { year } } }), { enabled: year !== undefined });
  const works = useApi(["works methods", id, year], () => api.GET("/api/v1/enterprises/{id}/methods", { params: { path: { id }, query: { year: year! } } }), { enabled: year !== undefined });
  const exported = `/api/v1/accounts/export?subject=${encodeURIComponent(id)}`;
  return (
    <Page title={firm.data?.name ?? t("tabAccount")} note={`${t("tabAccount")}${year ? ` · ${t("yearN", { year })}` : ""}`} actions={<a className="df-button df-button-link" href={exported} title={t("exportText")} download>{t("export")}</a>}>
      <FirmTabs id={id} current="account" />
      <PageFace query={works} back={<BackTo list="/enterprises" name="enterprises" />}>{(found) => <Loaded works={found} />}</PageFace>
    </Page>
  );
}

function Loaded({ works }: { works: Works }) {
  const t = useMethodsText();
  const [method, setMethod] = useParam("method");
  const [family, setFamily] = useParam("family");
  const { enterprise_id: id, year } = works;
  const tried = method && family ? { method, family } : {};
  const account = useApi(["works account", id, year, method, family], () => api.GET("/api/v1/enterprises/{id}/account", { params: { path: { id }, query: { year, ...tried } } }), { retry: false });
  const suggested = merged(works.suggested);
  const choose = (head: Head | null) => {
    setMethod(head?.method ?? null);
    setFamily(head?.family ?? null);
  };
  const now = account.data?.result.parts.map((part) => `${part.method}/${part.family}`) ?? [];
  return (
    <>
      <Chosen works={works} suggested={suggested} now={now} tried={Boolean(method && family)} onTry={choose} />
      {account.error ? (
        account.error.status === 404 ? <Empty title={t("nothing", { year })} text={t("nothingText")} action={suggested[0] && <Template head={suggested[0]} id={id} year={year} />} /> : <ProblemBox problem={account.error} onAgain={() => void account.refetch()} />
      ) : account.data ? (
        <>
          <ResultView answer={account.data} />
          <Other id={id} year={year} result={account.data.result} heads={suggested} />
        </>
      ) : (
        <Skeleton kind="table" />
      )}
    </>
  );
}

/** Used by its data, or suggested by its industry; each with its template, and another to be tried. */
function Chosen({ works, suggested, now, tried, onTry }: { works: Works; suggested: readonly Head[]; now: readonly string[]; tried: boolean; onTry: (head: Head | null) => void }) {
  const t = useMethodsText();
  const words = useWords();
  const files = useMay("filing.see");
  const used = merged(works.used);
  const rows = [...used.map((head) => ({ head, used: true })), ...suggested.filter((head) => !used.some((one) => one.method === head.method && one.family === head.family)).map((head) => ({ head, used: false }))];
  return (
    <Section flush title={used.length ? t("usedN", { n: used.length }) : t("usedNone")} note={used.length ? undefined : t("usedNoneText")} side={<span className="df-row df-noprint">{tried && <Button size="small" onClick={() => onTry(null)}>{t("backOwn")}</Button>}{files && <ViewLink to="/filing">{t("upload")}</ViewLink>}</span>}>
      {tried && <p className="df-field-problem">{t("triedText")}</p>}
      <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("methodsOf")}>
        <table className="df-plain df-methods">
          <thead><tr><th scope="col">{t("method")}</th><th scope="col">{t("reason")}</th><th scope="col">{t("family")}</th><th scope="col">{t("inForce")}</th><th scope="col"><span className="df-sr">{t("actions")}</span></th></tr></thead>
          <tbody>
            {rows.map(({ head, used: own }) => {
              const shown = now.includes(`${head.method}/${head.family}`);
              return (
                <tr key={`${head.method}/${head.family}`} aria-current={shown || undefined} className={shown ? "df-methods-here" : undefined}>
                  <th scope="row"><ViewLink to={`/methods/${head.method}/${head.family}`}>{words(head.name)}</ViewLink>{shown && <div className="df-small df-methods-shown">{t("shownBelow")}</div>}</th>
                  <td>{own ? t("usedWhy") : head.whys.map((why) => words(why)).join(" · ")}</td>
                  <td>{words(head.family_name) || head.family} <StatusMark status={head.status} /></td>
                  <td className="df-nowrap">{t(head.until ? "span" : "spanOpen", { since: head.since, until: head.until ?? "" })}</td>
                  <td><span className="df-row df-noprint"><Template head={head} id={works.enterprise_id} year={works.year} />{!shown && <button type="button" className="df-bare df-more" onClick={() => onTry(head)}>{t("tryIt")}</button>}</span></td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Template({ head, id, year }: { head: Head; id: string; year: number }) {
  const t = useMethodsText();
  const words = useWords();
  return <a href={`/api/v1/methods/${head.method}/${head.family}/template?enterprise=${encodeURIComponent(id)}&year=${year}`} aria-label={`${t("template")} ${words(head.name)} ${head.family}`} download>{t("template")}</a>;
}

/** The same data under another rule of its method. */
function Other({ id, year, result, heads }: { id: string; year: number; result: Schemas["CaseResult"]; heads: readonly Head[] }) {
  const [family, setFamily] = useParam("with");
  const part = result.parts[0]!;
  const page = useMethodPage(part.method, part.family);
  const others = (page.data?.families ?? []).filter((one) => one !== part.family);
  const asked = family && others.includes(family) ? family : null;
  const found = useApi(["works compared", id, year, asked], () => api.GET("/api/v1/enterprises/{id}/account/compare", { params: { path: { id }, query: { year, family: asked ?? "" } } }), { enabled: Boolean(asked), retry: false });
  return <Compared method={part.method} own={part.family} others={others} asked={asked} heads={[...heads]} found={found} onAsk={setFamily} />;
}
