/** Who has an account, in which role, and for what? 账号与权限 */
import { Button, Input, Modal } from "antd";
import { useState } from "react";
import { useMay } from "@/app/me";
import { useFrameText } from "@/app/text";
import { ViewLink } from "@/app/ViewLink";
import { Field, Page, PageFace, ProblemBox, Section } from "@/components/ui";
import { SecretOnce } from "@/features/account/SecretOnce";
import { useLang } from "@/i18n";
import { useCreate, usePeople, type Person } from "./calls";
import "./system.css";
import { useSystemText } from "./text";

export function UsersPage() {
  const t = useSystemText();
  const people = usePeople();
  const may = useMay("user.create");
  const [q, setQ] = useState("");
  const [making, setMaking] = useState(false);
  const button = may ? <Button type="primary" onClick={() => setMaking(true)}>{t("newUser")}</Button> : undefined;
  const hit = (one: Person) => [one.login, one.display, one.email, ...one.roles, ...Object.values(one.area_names ?? {}), ...Object.values(one.enterprise_names ?? {})].some((text) => text.toLowerCase().includes(q.trim().toLowerCase()));
  return (
    <Page title={t("users")} actions={button}>
      <Input className="df-table-search" allowClear value={q} onChange={(e) => setQ(e.target.value)} placeholder={`${t("login")} / ${t("display")}`} aria-label={`${t("login")} ${t("display")}`} />
      <PageFace query={people} skeleton="table" isEmpty={(found) => found.length === 0} empty={{ text: t("usersEmpty"), action: button }}>
        {(found) => <PeopleTable people={found.filter(hit)} />}
      </PageFace>
      {making && <NewUser onClose={() => setMaking(false)} />}
    </Page>
  );
}

function PeopleTable({ people }: { people: readonly Person[] }) {
  const t = useSystemText();
  const frame = useFrameText();
  const lang = useLang();
  const list = (names: readonly string[]) => names.join(lang === "zh" ? "、" : ", ");
  const scope = (one: Person) => [...one.areas.map((code) => (lang === "en" && one.area_names_en?.[code]) || one.area_names?.[code] || code), ...one.enterprises.map((id) => one.enterprise_names?.[id] ?? id), ...one.departments];
  return (
    <Section flush>
      <div className="df-plain-scroll" tabIndex={0} role="region" aria-label={t("users")}>
        <table className="df-plain">
          <thead><tr>{(["login", "display", "rolesCol", "scope", "status", "factor"] as const).map((key) => <th key={key} scope="col">{t(key)}</th>)}</tr></thead>
          <tbody>
            {people.map((one) => (
              <tr key={one.login}>
                <th scope="row"><ViewLink to={`/system/users/${encodeURIComponent(one.login)}`}>{one.login}</ViewLink></th>
                <td>{one.display}</td>
                <td>{list(one.roles.map((role) => frame(`role_${role}` as "role_public"))) || "\u2014"}</td>
                <td className="df-scope" title={[...one.areas, ...one.enterprises].join(" ")}>{list(scope(one)) || "\u2014"}</td>
                <td>{statusOf(one, t)}</td>
                <td>{t(one.second_factor === "given" ? "factorOn" : "factorOff")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

/** In use, disabled, locked for the moment, or handed over: what was granted waits for its owner or for a confirmation. */
export function statusOf(one: Person, t: ReturnType<typeof useSystemText>): string {
  if (one.disabled) return t("disabled");
  const locked = one.locked_until && new Date(one.locked_until) > new Date() ? t("locked") : "";
  return [locked, heldOf(one, t)].filter(Boolean).join(" · ") || t("active");
}

function heldOf(one: Person, t: ReturnType<typeof useSystemText>): string {
  if (one.handover === "to_take_over") return t("toTakeOver");
  return one.handover === "to_confirm" ? t(one.roles.length ? "toConfirm" : "toGrant") : "";
}

function NewUser({ onClose }: { onClose: () => void }) {
  const t = useSystemText();
  const [login, setLogin] = useState("");
  const [display, setDisplay] = useState("");
  const [email, setEmail] = useState("");
  const [secret, setSecret] = useState("");
  const create = useCreate((made) => setSecret(made.password));
  if (secret) return <SecretOnce title={`${login} ${t("firstPassword")}`} secret={secret} onClose={onClose} />;
  const done = () => create.mutate({ login: login.trim(), display: display.trim(), email: email.trim() });
  return (
    <Modal open title={t("newUser")} okText={t("create")} onOk={done} okButtonProps={{ disabled: !login.trim() || !display.trim() }} confirmLoading={create.isPending} onCancel={onClose}>
      <form className="df-stack" onSubmit={(e) => { e.preventDefault(); done(); }}>
        <p className="df-muted">{t("newUserText")}</p>
        <Field label={t("login")} required>{(bound) => <Input {...bound} autoFocus autoCapitalize="none" value={login} onChange={(e) => setLogin(e.target.value)} />}</Field>
        <Field label={t("display")} required>{(bound) => <Input {...bound} value={display} onChange={(e) => setDisplay(e.target.value)} />}</Field>
        <Field label={t("email")} hint={t("emailText")}>{(bound) => <Input {...bound} type="email" value={email} onChange={(e) => setEmail(e.target.value)} />}</Field>
        {create.error && <ProblemBox compact problem={create.error} />}
        <button type="submit" hidden />
      </form>
    </Modal>
  );
}
