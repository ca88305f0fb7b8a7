/** The records found in the plan 读出的内容, with filters kept in the address and the acts of a person. */
import { Checkbox, Input, Select } from "antd";
import { useEffect, useMemo, useRef } from "react";
import { useParam } from "@/app/view";
import type { Schemas } from "@/client";
import { Empty } from "@/components/ui";
import { RecordItem } from "./RecordItem";
import { usePlansText } from "./text";

type Rec = Schemas["ReaderRecord"];
const OPEN = new Set(["read", "review"]);

interface Props {
  reader: Schemas["Reader"];
  hot: string | null;
  shown: string | null;
  onHover: (id: string | null) => void;
  onShow: (id: string) => void;
}

export function RecordList({ reader, hot, shown, onHover, onShow }: Props) {
  const t = usePlansText();
  const [kind, setKind] = useParam("kind");
  const [open, setOpen] = useParam("open");
  const [doubts, setDoubts] = useParam("doubts");
  const [q, setQ] = useParam("find");
  const list = useRef<HTMLUListElement>(null);
  const found = useMemo(() => reader.records.filter((one) => matches(one, { kind, open: open === "1", doubts: doubts === "1", q })), [reader.records, kind, open, doubts, q]);
  useEffect(() => {
    if (shown) list.current?.querySelector(`[data-id="${CSS.escape(shown)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [shown, found]);
  const kinds = ["target", "task", "box"] as const;
  return (
    <>
      <div className="df-reader-head">
        <Select size="small" style={{ width: 96 }} value={kind ?? ""} onChange={(value) => setKind(value || null)} aria-label={t("addKind")}
          options={[{ value: "", label: t("all") }, ...kinds.map((one) => ({ value: one, label: t(`kind_${one}`) }))]} />
        <Input size="small" allowClear style={{ width: 160 }} placeholder={t("find")} aria-label={t("find")} defaultValue={q ?? ""} onChange={(e) => setQ(e.target.value || null)} />
        <Checkbox checked={open === "1"} onChange={(e) => setOpen(e.target.checked ? "1" : null)}>{t("onlyOpen")}</Checkbox>
        <Checkbox checked={doubts === "1"} onChange={(e) => setDoubts(e.target.checked ? "1" : null)}>{t("withFindings")}</Checkbox>
      </div>
      <div className="df-reader-scroll" style={{ padding: 0 }} tabIndex={0} role="region" aria-label={t("recordPane")}>
        {found.length === 0 && <Empty title={t("noRecords")} />}
        <ul className="df-records" ref={list}>
          {found.map((one) => (
            <RecordItem key={one.id} record={one} doc={reader.card.doc} mayAct={reader.may_act} hot={hot === one.id || shown === one.id} open={shown === one.id} onHover={onHover} onShow={onShow} />
          ))}
        </ul>
      </div>
    </>
  );
}

interface Wanted {
  kind: string | null;
  open: boolean;
  doubts: boolean;
  q: string | null;
}

/** Whether a record passes the filters; the search looks at title, quote and indicator. */
export function matches(record: Rec, { kind, open, doubts, q }: Wanted): boolean {
  if (kind && record.kind !== kind) return false;
  if (open && !OPEN.has(record.state)) return false;
  if (doubts && record.findings.length === 0) return false;
  if (!q) return true;
  const words = [record.title, record.fields.quote, record.indicator_name?.zh, record.indicator_name?.en, record.id].join(" ").toLowerCase();
  return words.includes(q.toLowerCase());
}
