/** The case as text 算例JSON: to be copied, pasted, loaded from a file; the form and the text are the same case. */
import { Button, Input } from "antd";
import { useEffect, useState } from "react";
import { DropZone, Field, Section } from "@/components/ui";
import { readCase, type CaseForm, type Draft } from "./draft";
import { useMethodsText } from "./text";

export function CaseJson({ given, onRead }: { given: CaseForm; onRead: (draft: Draft) => void }) {
  const t = useMethodsText();
  const own = JSON.stringify(given, null, 2);
  const [text, setText] = useState(own);
  const [problem, setProblem] = useState("");
  useEffect(() => setText(own), [own]);
  const take = (given: string) => {
    const found = readCase(given);
    if ("problem" in found) setProblem(t("jsonWrong", { what: found.problem }));
    else {
      setProblem("");
      onRead(found.draft);
    }
  };
  return (
    <Section title={t("json")} note={t("jsonNote")}>
      <div className="df-stack df-case-json">
        <Field label={t("jsonText")} problem={problem || undefined}>
          {(bound) => <Input.TextArea {...bound} spellCheck={false} autoSize={{ minRows: 14, maxRows: 36 }} value={text} onChange={(event) => setText(event.target.value)} onBlur={() => text !== own && take(text)} />}
        </Field>
        <div className="df-row df-noprint">
          <Button type="primary" disabled={text === own} onClick={() => take(text)}>{t("jsonTake")}</Button>
          <Button disabled={text === own} onClick={() => { setText(own); setProblem(""); }}>{t("jsonBack")}</Button>
        </div>
        <DropZone accept={[".json"]} maxMb={4} hint={t("jsonFile")} onFiles={(files) => files[0] && void files[0].text().then((read) => { setText(read); take(read); })} />
      </div>
    </Section>
  );
}
