/** What may this person do, since when, and by whom was it granted? 授权 */
import { App, Button } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import { useMay, useMe } from "@/app/me";
import { useFrameText } from "@/app/text";
import { Page, PageFace, ReasonDialog, Section, Timeline } from "@/components/ui";
import { named } from "@/features/account/scope";
import { SecretOnce } from "@/features/account/SecretOnce";
import { useLang } from "@/i18n";
import { day, moment } from "@/lib/dates";
import { useGrants, usePerson, usePersonAct, type Person, type PersonAct } from "./calls";
import { ConfirmGrant } from "./ConfirmGrant";
import { GrantForm } from "./GrantForm";
import "./system.css";
import { useSystemText } from "./text";
import { statusOf } from "./UsersPage";

export function UserPage() {
  const t = useSystemText();
  const { name = "" } = useParams();
  const person = usePerson(name);
  const mayGrant = useMay("user.grant");
  const self = useMe().name === name;
  return (
    <Page title={name} note={person.data?.display} actions={person.data && !self ? <Acts person={person.data} /> : undefined}>
      <PageFace query={person}>
        {(found) => (
          <div className="df-grid">
            <Section className="df-5" title={t("scope")}><Facts person={found} /></Section>
            {mayGrant && !self && <Section className="df-7" title={t("grant")} note={t("grantText")}><GrantForm person={found} /></Section>}
            <Section title={t("grantHistory")}><History person={found} /></Section>
          </div>
        )}
      </PageFace>
    </Page>
  );
}

function Facts({ person }: { person: Person }) {
  const t = useSystemText();
  const frame = useFrameText();
  const lang = useLang();
  const list = (names: readonly string[]) => names.join(lang === "zh" ? "、" : ", ") || "\u2014";
  return (
    <dl className="df-facts">
      <dt>{t("status")}</dt><dd>{statusOf(person, t)}{person.handover && <div className="df-muted">{heldText(person, t)}</div>}</dd>
      <dt>{t("rolesCol")}</dt><dd>{list(person.roles.map((role) => frame(`role_${role}` as "role_public")))}</dd>
      <dt>{t("grantAreas")}</dt><dd>{list(person.areas.map((code) => named(code, lang === "en" ? person.area_names_en : person.area_names)))}</dd>
      <dt>{t("grantEnterprises")}</dt><dd>{list(person.enterprises.map((id) => named(id, person.enterprise_names)))}</dd>
      <dt>{t("grantDepartments")}</dt><dd>{list(person.departments)}</dd>
      {person.until && <><dt>{t("grantUntil")}</dt><dd>{day(person.until)}</dd></>}
      <dt>{t("factor")}</dt><dd>{t(person.second_factor === "given" ? "factorOn" : "factorOff")}</dd>
      <dt>{t("email")}</dt><dd>{person.email || "\u2014"}</dd>
      <dt>{t("madeAt")}</dt><dd>{moment(person.created_at)} {person.created_by}</dd>
    </dl>
  );
}

/** Who has set the way in, who has taken it over, and what the grant waits for. */
function heldText(person: Person, t: ReturnType<typeof useSystemText>): string {
  const given = t("heldGiven", { who: person.handover_by, when: moment(person.handover_at) });
  const next = person.handover === "to_take_over" ? t("heldTakeOver") : t("heldTaken", { when: moment(person.taken_at) });
  return `${given}${next}`;
}

function History({ person }: { person: Person }) {
  const t = useSystemText();
  const frame = useFrameText();
  const lang = useLang();
  const grants = useGrants(person.login);
  const scope = (grant: { areas: readonly string[]; enterprises: readonly string[]; departments: readonly string[] }) => [...grant.areas.map((code) => named(code, lang === "en" ? person.area_names_en : person.area_names)), ...grant.enterprises.map((id) => named(id, person.enterprise_names)), ...grant.departments].join(lang === "zh" ? "、" : ", ");
  return (
    <PageFace query={grants} skeleton="lines" isEmpty={(found) => found.length === 0}>
      {(found) => (
        <Timeline
          moves={[...found].reverse().map((grant, n) => ({
            key: `${grant.since}-${n}`,
            title: grant.roles.map((role) => frame(`role_${role}` as "role_public")).join(" · ") || "\u2014",
            who: grant.granted_by,
            when: grant.since,
            reason: [scope(grant), grant.until ? `${t("grantUntil")} ${day(grant.until)}` : "", grant.reason].filter(Boolean).join(" · "),
          }))}
        />
      )}
    </PageFace>
  );
}

const ADMINISTRATORS = new Set(["sysadmin", "secadmin", "auditor"]);

/** What administrators do to an account: each its own verb, each said beforehand. */
function Acts({ person }: { person: Person }) {
  const t = useSystemText();
  const { message } = App.useApp();
  const mayCreate = useMay("user.create");
  const mayUnlock = useMay("user.unlock");
  const mayReset = useMay("user.reset");
  const atMachine = person.roles.some((role) => ADMINISTRATORS.has(role)); // of an administrator only there
  const [asking, setAsking] = useState<PersonAct | null>(null);
  const [secret, setSecret] = useState("");
  const act = usePersonAct(person.login, (made) => {
    setAsking(null);
    if ("password" in made) setSecret(made.password);
    else void message.success(t("done"));
  });
  const texts: Record<PersonAct, [string, string]> = {
    disable: [t("disable"), t("disableText")],
    enable: [t("enable"), ""],
    unlock: [t("unlock"), ""],
    "reset-password": [t("reset"), t("resetText")],
    "reset-second-factor": [t("resetFactor"), t("resetFactorText")],
  };
  const button = (name: PersonAct) => <Button key={name} danger={name === "disable"} onClick={() => setAsking(name)}>{texts[name][0]}</Button>;
  return (
    <>
      {mayUnlock && person.locked_until && button("unlock")}
      <ConfirmGrant person={person} />
      {mayReset && !atMachine && button("reset-password")}
      {mayReset && !atMachine && person.second_factor === "given" && button("reset-second-factor")}
      {mayCreate && !atMachine && button(person.disabled ? "enable" : "disable")}
      {asking && <ReasonDialog open title={`${texts[asking][0]} ${person.login}`} text={texts[asking][1]} verb={texts[asking][0]} danger={asking === "disable"} reasoned={false} busy={act.isPending} problem={act.error} onDone={() => act.mutate(asking)} onCancel={() => setAsking(null)} />}
      {secret && <SecretOnce title={`${person.login} ${t("firstPassword")}`} secret={secret} onClose={() => setSecret("")} />}
    </>
  );
}
