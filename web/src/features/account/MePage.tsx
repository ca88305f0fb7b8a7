/** Who am I here, what may I see, and how do I get in? 我的账号 */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, InputNumber } from "antd";
import { useState } from "react";
import { useMe } from "@/app/me";
import { useFrameText } from "@/app/text";
import { Field, Page, PageFace, ProblemBox, ReasonDialog, Section } from "@/components/ui";
import { useLang } from "@/i18n";
import { moment } from "@/lib/dates";
import "./account.css";
import { useEndSession, useKeys, useMakeKey, useRevokeKey, useSessions, type Door, type KeyRow } from "./calls";
import { PasswordForm } from "./PasswordForm";
import { named } from "./scope";
import { SecondFactor } from "./SecondFactor";
import { SecretOnce } from "./SecretOnce";
import { useAccountText } from "./text";
import { TotpForm } from "./TotpForm";

export function MePage() {
  const t = useAccountText();
  const { message } = App.useApp();
  const me = useMe();
  return (
    <Page title={t("myAccount")} note={me.display || me.name}>
      <div className="df-grid">
        <Section className="df-6" title={t("who")}><Scope me={me} /></Section>
        <Section className="df-6" title={t("changeTitle")}><PasswordForm least={me.min_password_length} onDone={() => void message.success(t("changed"))} /></Section>
        <Section className="df-6" title={t("totpTitle")}><Totp me={me} /></Section>
        <Section className="df-6" title={t("keysTitle")}><Keys /></Section>
        <Section title={t("sessionsTitle")}><Sessions /></Section>
      </div>
    </Page>
  );
}

function Scope({ me }: { me: Door }) {
  const t = useAccountText();
  const frame = useFrameText();
  const lang = useLang();
  const list = (names: readonly string[] | undefined) => (names?.length ? names.join(lang === "zh" ? "、" : ", ") : t("none"));
  return (
    <dl className="df-facts">
      <dt>{t("name")}</dt><dd>{me.name}</dd>
      <dt>{t("roles")}</dt><dd>{list(me.roles.map((role) => frame(`role_${role}` as "role_public")))}</dd>
      <dt>{t("areas")}</dt><dd>{list(me.areas.map((code) => named(code, lang === "en" ? me.area_names_en : me.area_names)))}</dd>
      <dt>{t("enterprises")}</dt><dd>{list(me.enterprises.map((id) => named(id, me.enterprise_names)))}</dd>
      <dt>{t("departments")}</dt><dd>{list(me.departments)}</dd>
    </dl>
  );
}

function Totp({ me }: { me: Door }) {
  const t = useAccountText();
  const queries = useQueryClient();
  const [done, setDone] = useState(0);
  const onDone = () => {
    setDone(done + 1);
    void queries.invalidateQueries({ queryKey: ["me"] });
  };
  const has = me.second_factor === "given" || me.second_factor === "set";
  return (
    <div className="df-stack">
      <p>{has ? `${t("totpOn")} · ${t("codesLeft", { n: me.recovery_codes_left })}` : t("totpOff")}</p>
      {has ? <SecondFactor /> : <TotpForm key={done} onDone={onDone} />}
    </div>
  );
}

export function Keys() {
  const t = useAccountText();
  const keys = useKeys();
  const [name, setName] = useState("");
  const [days, setDays] = useState(90);
  const [secret, setSecret] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<KeyRow | null>(null);
  const make = useMakeKey((made) => { setSecret(made.key); setName(""); });
  const revoke = useRevokeKey(() => setRevoking(null));
  return (
    <div className="df-stack">
      <p className="df-muted">{t("keysText")}</p>
      <PageFace query={keys} skeleton="lines">
        {(found) => (
          <ul className="df-lines">
            {found.filter((key) => !key.revoked).map((key) => (
              <li key={key.key_id}>
                <div><b>{key.name}</b><div className="df-muted">{t("keyExpires")} {moment(key.expires_at)} · {t("keyUsed")} {key.last_used ? moment(key.last_used) : t("keyNever")}</div></div>
                <Button size="small" onClick={() => setRevoking(key)}>{t("keyRevoke")}</Button>
              </li>
            ))}
            {found.every((key) => key.revoked) && <li className="df-muted">{t("keysEmpty")}</li>}
          </ul>
        )}
      </PageFace>
      <form className="df-row df-keyform" onSubmit={(e) => { e.preventDefault(); make.mutate({ name: name.trim(), days }); }}>
        <Field label={t("keyName")}>{(bound) => <Input {...bound} value={name} maxLength={80} onChange={(e) => setName(e.target.value)} />}</Field>
        <Field label={t("keyDays")}>{(bound) => <InputNumber {...bound} value={days} min={1} max={365} onChange={(n) => setDays(n ?? 90)} />}</Field>
        <Button htmlType="submit" loading={make.isPending} disabled={!name.trim()}>{t("keyMake")}</Button>
      </form>
      {make.error && <ProblemBox compact problem={make.error} />}
      {secret && <SecretOnce title={t("keyShown")} secret={secret} onClose={() => setSecret(null)} />}
      <ReasonDialog open={revoking !== null} title={`${t("keyRevoke")} ${revoking?.name ?? ""}`} text={t("keyRevokeText")} verb={t("keyRevoke")} danger reasoned={false} busy={revoke.isPending} problem={revoke.error} onDone={() => revoking && revoke.mutate(revoking.key_id)} onCancel={() => setRevoking(null)} />
    </div>
  );
}

function Sessions() {
  const t = useAccountText();
  const sessions = useSessions();
  const end = useEndSession();
  return (
    <PageFace query={sessions} skeleton="lines">
      {(found) => (
        <ul className="df-lines">
          {found.map((one) => (
            <li key={one.id}>
              <div>
                <b>{one.current ? t("sessionHere") : `${t("sessionFrom")} ${one.ip}`}</b>
                <div className="df-muted">{t("sessionSeen")} {moment(one.last_seen)} · {one.agent}</div>
              </div>
              {!one.current && <Button size="small" loading={end.isPending && end.variables === one.id} onClick={() => end.mutate(one.id)}>{t("sessionEnd")}</Button>}
            </li>
          ))}
        </ul>
      )}
    </PageFace>
  );
}
