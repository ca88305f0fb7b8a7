/** The session of this page has ended 登录已结束: the same person signs in over it, and goes on where he was. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { useEffect, useState } from "react";
import { useLocation } from "react-router";
import { useMe } from "@/app/me";
import { doorTo } from "@/app/Session";
import { api, keepCsrf, take } from "@/client";
import { type Ended, leaveFor, loadAnew, lookAgain, type Person } from "@/client/session";
import { Field } from "@/components/ui/Field";
import { ProblemBox } from "@/components/ui/ProblemBox";
import "./account.css";
import { useAccountText } from "./text";
import { CodeInput } from "./TotpForm";

/** The step at which somebody stands who signs in again; "other" is not the person of this page. */
export type AgainStep = "password" | "code" | "first" | "other" | "in";

export function againStep(me: Person | null, account: string): AgainStep {
  if (!me) return "password";
  if (me.second_factor === "awaited") return "code";
  if (!me.signed_in) return "password";
  if (me.name !== account) return "other";
  return me.must_change_password || me.second_factor === "to_enrol" ? "first" : "in";
}

export function SignInAgain({ ended }: { ended: Ended }) {
  const t = useAccountText();
  const me = useMe();
  const queries = useQueryClient();
  const { pathname, search } = useLocation();
  const [step, setStep] = useState<AgainStep>(ended.other ? "other" : "password");
  const [said, setSaid] = useState("");
  const look = async (why: "signed in" | "asked" | "back") => {
    const found = await lookAgain();
    const next = againStep(found, ended.account);
    if (next === "in") return void queries.invalidateQueries({ queryKey: ["me"] }); // the dialog is gone, what waited is sent
    if (next === "first") return leaveFor(doorTo(pathname, search)); // a password to change, a factor to set up: at the door
    if (next === "other" && why === "signed in") return loadAnew(); // another person, by his own will
    setStep(next);
    setSaid(why === "asked" ? (next === "other" ? t("endedWrong", { name: found?.name ?? "" }) : t("endedStill")) : "");
  };
  useEffect(() => {
    const back = () => void look("back");
    window.addEventListener("focus", back);
    return () => window.removeEventListener("focus", back);
  });
  return (
    <Modal open centered closable={false} mask={{ blur: true }} keyboard={false} title={t("endedTitle")} footer={null} width={420}>
      <div className="df-stack">
        <p>{t("endedText", { name: ended.account })}</p>
        {ended.other && (
          <div className="df-problem df-stack" role="status">
            <span>{t("endedOther", { name: ended.other })}</span>
            <div><Button onClick={loadAnew}>{t("endedOtherGo", { name: ended.other })}</Button></div>
          </div>
        )}
        {step === "code" ? <Code onDone={() => void look("signed in")} /> : <Password account={ended.account} onDone={() => void look("signed in")} />}
        {me.sign_in_elsewhere && <Button block href="/api/v1/oidc/start?back_to=%2F" target="_blank">{t("endedElsewhere", { name: me.sign_in_elsewhere })}</Button>}
        {said && <p className="df-field-problem" role="alert">{said}</p>}
        <div className="df-door-foot">
          <Button type="link" size="small" onClick={() => void look("asked")}>{t("endedLook")}</Button>
          <Button type="link" size="small" onClick={() => leaveFor(doorTo(pathname, search))}>{t("endedLeave")}</Button>
        </div>
      </div>
    </Modal>
  );
}

function Password({ account, onDone }: { account: string; onDone: () => void }) {
  const t = useAccountText();
  const [login, setLogin] = useState(account);
  const [password, setPassword] = useState("");
  // Not the sign-in of the door: what is kept of answers stays, and who is here is looked at by the caller.
  const signIn = useMutation({ mutationFn: async () => keepCsrf((await take(api.POST("/api/v1/session", { body: { login: login.trim(), password } }))).csrf), onSuccess: onDone, onError: () => setPassword("") });
  return (
    <form className="df-stack" onSubmit={(event) => { event.preventDefault(); signIn.mutate(); }}>
      <Field label={t("name")} required>{(bound) => <Input {...bound} autoComplete="username" autoCapitalize="none" spellCheck={false} value={login} onChange={(e) => setLogin(e.target.value)} />}</Field>
      <Field label={t("password")} required>{(bound) => <Input.Password {...bound} autoFocus autoComplete="current-password" value={password} onChange={(e) => setPassword(e.target.value)} />}</Field>
      {signIn.error && <ProblemBox compact problem={signIn.error} />}
      <Button type="primary" block htmlType="submit" loading={signIn.isPending} disabled={!login.trim() || !password}>{t("signIn")}</Button>
    </form>
  );
}

function Code({ onDone }: { onDone: () => void }) {
  const t = useAccountText();
  const [code, setCode] = useState("");
  const give = useMutation({ mutationFn: async () => keepCsrf((await take(api.POST("/api/v1/session/code", { body: { code } }))).csrf), onSuccess: onDone, onError: () => setCode("") });
  return (
    <form className="df-stack" onSubmit={(event) => { event.preventDefault(); give.mutate(); }}>
      <Field label={t("code")} required hint={t("codeHint")}>{(bound) => <CodeInput {...bound} value={code} onChange={setCode} />}</Field>
      {give.error && <ProblemBox compact problem={give.error} />}
      <Button type="primary" block htmlType="submit" loading={give.isPending} disabled={code.length < 6}>{t("codeVerify")}</Button>
    </form>
  );
}
