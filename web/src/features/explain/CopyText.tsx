/** The derivation as text for a letter or a file 复制推导全文. */
import { Button, Input } from "antd";
import { useState } from "react";
import { api, take } from "@/client";
import { ProblemBox } from "@/components/ui";
import { useLang } from "@/i18n";
import { useExplainText } from "./text";

export function CopyText({ node }: { node: string }) {
  const t = useExplainText();
  const language = useLang();
  const [text, setText] = useState<string | null>(null);
  const [state, setState] = useState<"idle" | "busy" | "copied">("idle");
  const [problem, setProblem] = useState<unknown>(null);
  const copy = async () => {
    setState("busy");
    setProblem(null);
    try {
      const found = await take(api.GET("/api/v1/explain/{id}/text", { params: { path: { id: node }, query: { language } }, parseAs: "text" }));
      // Without TLS the browser has no clipboard for us: the text is shown to be selected by hand.
      if (!navigator.clipboard) setText(String(found));
      else await navigator.clipboard.writeText(String(found)).catch(() => setText(String(found)));
      setState(navigator.clipboard ? "copied" : "idle");
    } catch (error) {
      setProblem(error);
      setState("idle");
    }
  };
  return (
    <div className="df-copy df-noprint">
      <Button size="small" loading={state === "busy"} onClick={() => void copy()}>{t("copy")}</Button>
      <span role="status" className="df-muted">{state === "copied" && text === null ? t("copied") : ""}</span>
      {problem ? <ProblemBox compact problem={problem} /> : null}
      {text !== null && (
        <div className="df-copy-text">
          <span>{t("copyByHand")}</span>
          <Input.TextArea readOnly rows={8} value={text} aria-label={t("copyText")} onFocus={(event) => event.target.select()} autoFocus />
          <Button size="small" onClick={() => setText(null)}>{t("copyClose")}</Button>
        </div>
      )}
    </div>
  );
}
