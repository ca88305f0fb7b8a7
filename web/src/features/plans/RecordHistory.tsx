import { Drawer } from "antd";
import { api, useApi } from "@/client";
import { PageFace, Timeline } from "@/components/ui";
import { fieldName, fieldWords } from "./RecordItem";
import { isPlansKey, usePlansText } from "./text";

/** Who did what to a record, when and why 经过. */
export function RecordHistory({ id, title, onClose }: { id: string; title: string; onClose: () => void }) {
  const t = usePlansText();
  const history = useApi(["plans", "history", id], () => api.GET("/api/v1/records/{id}/history", { params: { path: { id } } }));
  const action = (name: string) => (isPlansKey(`action_${name}`) ? t(`action_${name}` as "action_read") : name);
  return (
    <Drawer open title={`${t("history")}:${title}`} size="large" onClose={onClose}>
      <PageFace query={history} skeleton="lines">
        {(entries) => (
          <Timeline
            moves={entries.map((entry, n) => ({
              key: String(n), title: action(entry.action), who: entry.who, when: entry.at, reason: entry.why ?? entry.source ?? undefined,
              children: <Changes changes={entry.changes as unknown as Record<string, [unknown, unknown]>} />,
            }))}
          />
        )}
      </PageFace>
    </Drawer>
  );
}

export function Changes({ changes }: { changes: Record<string, [unknown, unknown]> }) {
  const t = usePlansText();
  const rows = Object.entries(changes);
  if (!rows.length) return null;
  return (
    <dl className="df-record-fields">
      {rows.map(([name, [before, after]]) => (
        <div key={name} style={{ display: "contents" }}>
          <dt>{fieldName(name, t)}</dt>
          <dd><del>{fieldWords(name, before, t) || "\u2014"}</del> → {fieldWords(name, after, t) || "\u2014"}</dd>
        </div>
      ))}
    </dl>
  );
}
