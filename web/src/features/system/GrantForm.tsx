/** Granting 授权: roles, a scope of areas and enterprises, until when, and why. */
import { Button, DatePicker, Input, Select, TreeSelect } from "antd";
import { keepPreviousData } from "@tanstack/react-query";
import type dayjs from "dayjs";
import { useState } from "react";
import { matchesArea } from "@/app/areaMatch";
import { useScopeAreas } from "@/app/pickers";
import { useFrameText } from "@/app/text";
import { api, useApi } from "@/client";
import { Field } from "@/components/ui/Field";
import { ProblemBox } from "@/components/ui/ProblemBox";
import { useDebounced } from "@/lib/hooks";
import { useGrant, type Person } from "./calls";
import { useSystemText } from "./text";

const ROLES = ["sysadmin", "secadmin", "auditor", "officer", "county", "filler", "approver", "verifier", "analyst"] as const;

export function GrantForm({ person }: { person: Person }) {
  const t = useSystemText();
  const frame = useFrameText();
  const areas = useScopeAreas();
  const [roles, setRoles] = useState(person.roles);
  const [places, setPlaces] = useState(person.areas);
  const [firms, setFirms] = useState(person.enterprises);
  const [departments, setDepartments] = useState(person.departments);
  const [until, setUntil] = useState<dayjs.Dayjs | null>(null);
  const [reason, setReason] = useState("");
  const grant = useGrant(person.login, () => setReason(""));
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    grant.mutate({ roles, areas: places, enterprises: firms, departments, until: until ? until.endOf("day").toISOString() : null, reason: reason.trim(), taken_at: person.taken_at });
  };
  return (
    <form className="df-stack" onSubmit={submit}>
      <Field label={t("rolesCol")}>{(bound) => <Select {...bound} mode="multiple" value={roles} onChange={setRoles} optionFilterProp="label" options={ROLES.map((value) => ({ value, label: frame(`role_${value}`) }))} />}</Field>
      <Field label={t("grantAreas")}>{(bound) => <TreeSelect {...bound} multiple allowClear treeData={areas} value={places} onChange={setPlaces} filterTreeNode={(typed, node) => matchesArea(typed, node)} />}</Field>
      <Field label={t("grantEnterprises")}>{(bound) => <FirmSelect {...bound} value={firms} onChange={setFirms} />}</Field>
      <Field label={t("grantDepartments")}>{(bound) => <Select {...bound} mode="tags" value={departments} onChange={setDepartments} open={false} suffixIcon={null} />}</Field>
      <Field label={t("grantUntil")}>{(bound) => <DatePicker {...bound} value={until} onChange={setUntil} />}</Field>
      <Field label={t("reason")} required>{(bound) => <Input.TextArea {...bound} rows={2} maxLength={200} value={reason} onChange={(e) => setReason(e.target.value)} />}</Field>
      {person.handover && <p className="df-muted">{t(person.handover === "to_confirm" ? "grantConfirms" : "grantWaits")}</p>}
      {grant.error && <ProblemBox compact problem={grant.error} />}
      <div><Button type="primary" htmlType="submit" loading={grant.isPending} disabled={!reason.trim()}>{t("grant")}</Button></div>
    </form>
  );
}

/** Enterprises by name or pinyin, from the same search as Ctrl-K; an id typed in full is taken too. */
function FirmSelect({ value, onChange, ...bound }: { value: string[]; onChange: (ids: string[]) => void } & Record<string, unknown>) {
  const t = useSystemText();
  const [typed, setTyped] = useState("");
  const q = useDebounced(typed.trim(), 200);
  const found = useApi(["scopes", q], () => api.GET("/api/v1/scopes/enterprises", { params: { query: { q, limit: 30 } } }), { enabled: q !== "", placeholderData: keepPreviousData });
  const options = (found.data ?? []).map((hit) => ({ value: hit.id, label: `${hit.title} ${hit.id}` }));
  return <Select {...bound} mode="tags" value={value} onChange={onChange} showSearch={{ filterOption: false, onSearch: setTyped }} placeholder={t("findFirm")} options={options} />;
}
