/** Sign-in 登录: password, second factor where there is one, then what must be done first. A reload takes up where it was. */
import { Button, Input, Segmented } from "antd";
import { useEffect, useState } from "react";
import { Navigate, useSearchParams } from "react-router";
import { Logo } from "@/app/icons";
import { comeAsGuest } from "@/app/guest";
import { isOpen } from "@/app/pages";
import { useFrameText } from "@/app/text";
import { ViewLink } from "@/app/ViewLink";
import { useView } from "@/app/view";
import { keepAccount, keepCsrf } from "@/client";
import { Field } from "@/components/ui/Field";
import { PageFace } from "@/components/ui/PageFace";
import { ProblemBox } from "@/components/ui/ProblemBox";
import type { Lang } from "@/lib/units";
import "./account.css";
import { stepOf, useDoor, useGiveCode, useSignIn, useSignOut } from "./calls";
import { PasswordForm } from "./PasswordForm";
import { useAccountText } from "./text";
import { CodeInput, TotpForm } from "./TotpForm";

/** Only an address of ours is gone to after signing in. */
export function safeNext(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}

/** Where a guest goes: to the page asked for, where the public has it; else to the overview. */
export function guestGoesTo(next: string | null, menu: readonly string[]): string {
  const asked = safeNext(next);
  const pathname = asked.split(/[?#]/, 1)[0]!;
  return pathname !== "/me" && isOpen(menu, pathname) ? asked : "/";
}

export function LoginPage() {
  const t = useAccountText();
  const frame = useFrameText();
  const { lang, setView } = useView();
  const [params] = useSearchParams();
  const me = useDoor();
  keepCsrf(me.data?.csrf);
  keepAccount(null);
  useEffect(() => {
    document.title = `${t("signIn")} · ${frame("product")}`;
  }, [t, frame]);
  const step = stepOf(me.data);
  if (step === "in") return <Navigate replace to={safeNext(params.get("next"))} />;
  return (
    <main className="df-door">
      <div className="df-door-card df-stack">
        <div className="df-door-head">
          <Logo />
          <div>
            <h1>{frame("product")}</h1>
            <div className="df-muted">{frame("subtitle")}</div>
          </div>
        </div>
        <PageFace query={me} skeleton="lines">
          {() => (
            <>
              {step === "password" && <PasswordStep next={safeNext(params.get("next"))} provider={me.data?.sign_in_elsewhere ?? ""} failed={params.get("problem")} />}
              {step === "code" && <CodeStep />}
              {step === "change" && <><p>{t("changeFirst")}</p><PasswordForm least={me.data?.min_password_length} onDone={() => void me.refetch()} /></>}
              {step === "enrol" && <><p>{t("enrolFirst")}</p><TotpForm onDone={() => void me.refetch()} /></>}
            </>
          )}
        </PageFace>
        <div className="df-door-foot">
          {step === "password" && me.data && !me.data.signed_in && me.data.menu.includes("overview.see") && <ViewLink to={guestGoesTo(params.get("next"), me.data.menu)} onClick={comeAsGuest}>{t("asGuest")}</ViewLink>}
          {step === "password" && me.data?.menu.includes("case.compute") && <ViewLink to="/calculator">{frame("calculator")}</ViewLink>}
          {step === "password" && me.data?.menu.includes("rules.see") && <ViewLink to="/methods">{frame("methods")}</ViewLink>}
          <Segmented size="small" aria-label={frame("language")} value={lang} onChange={(value: Lang) => setView({ lang: value })} options={[{ value: "zh" as Lang, label: "中文" }, { value: "en" as Lang, label: "English" }]} />
        </div>
      </div>
    </main>
  );
}

function PasswordStep({ next, provider, failed }: { next: string; provider: string; failed: string | null }) {
  const t = useAccountText();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useSignIn();
  return (
    <form className="df-stack" onSubmit={(e) => { e.preventDefault(); signIn.mutate({ login: login.trim(), password }, { onError: () => setPassword("") }); }}>
      <Field label={t("name")} required>{(bound) => <Input {...bound} autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} value={login} onChange={(e) => setLogin(e.target.value)} />}</Field>
      <Field label={t("password")} required>{(bound) => <Input.Password {...bound} autoComplete="current-password" value={password} onChange={(e) => setPassword(e.target.value)} />}</Field>
      {failed && !signIn.error && <p className="df-field-problem" role="alert">{t("elsewhereFailed")}</p>}
      {signIn.error && <ProblemBox compact problem={signIn.error} />}
      <Button type="primary" block htmlType="submit" loading={signIn.isPending} disabled={!login.trim() || !password}>{t("signIn")}</Button>
      {provider && (
        <>
          <div className="df-or">{t("orProvider")}</div>
          <Button block href={`/api/v1/oidc/start?back_to=${encodeURIComponent(next)}`}>{provider}</Button>
        </>
      )}
    </form>
  );
}

function CodeStep() {
  const t = useAccountText();
  const [code, setCode] = useState("");
  const give = useGiveCode();
  const out = useSignOut();
  return (
    <form className="df-stack" onSubmit={(e) => { e.preventDefault(); give.mutate(code, { onError: () => setCode("") }); }}>
      <Field label={t("code")} required hint={t("codeHint")}>{(bound) => <CodeInput {...bound} value={code} onChange={setCode} />}</Field>
      {give.error && <ProblemBox compact problem={give.error} />}
      <Button type="primary" block htmlType="submit" loading={give.isPending} disabled={code.length < 6}>{t("codeVerify")}</Button>
      <Button block type="text" onClick={() => out.mutate(undefined)}>{t("back")}</Button>
    </form>
  );
}
