/** The menus of the bar above, fetched when one is first opened: how things are shown, and who is here. */
import { Button, Dropdown, Popover, Segmented } from "antd";
import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { api, keepAccount } from "@/client";
import { printPage } from "@/lib/printing";
import { ENERGY_UNITS, MASS_UNITS, type Lang } from "@/lib/units";
import { Icon } from "./icons";
import { useMe } from "./me";
import { useFrameText } from "./text";
import { useCarry, useView, type Theme } from "./view";

export function DisplayMenu() {
  const t = useFrameText();
  const view = useView();
  const [open, setOpen] = useState(true);
  const line = (label: string, control: React.ReactNode) => (
    <div className="df-display-line">
      <span>{label}</span>
      {control}
    </div>
  );
  const body = (
    <div className="df-display">
      {line(t("language"), <Segmented aria-label={t("language")} value={view.lang} onChange={(lang: Lang) => view.setView({ lang })} options={[{ value: "zh" as Lang, label: "中文" }, { value: "en" as Lang, label: "English" }]} />)}
      {line(t("theme"), <Segmented aria-label={t("theme")} value={view.theme} onChange={(theme: Theme) => view.setView({ theme })} options={[{ value: "light" as Theme, label: t("light") }, { value: "dark" as Theme, label: t("dark") }]} />)}
      {line(t("density"), <Segmented aria-label={t("density")} value={view.compact} onChange={(compact) => view.setView({ compact })} options={[{ value: false, label: t("comfortable") }, { value: true, label: t("compact") }]} />)}
      {line(t("mass"), <Segmented aria-label={t("mass")} value={view.units.mass} onChange={(mass) => view.setView({ units: { ...view.units, mass } })} options={MASS_UNITS.map((value) => ({ value, label: value === "auto" ? t("auto") : t(`unit_${value}`) }))} />)}
      {line(t("energy"), <Segmented aria-label={t("energy")} value={view.units.energy} onChange={(energy) => view.setView({ units: { ...view.units, energy } })} options={ENERGY_UNITS.map((value) => ({ value, label: value === "auto" ? t("auto") : t(`unit_${value}`) }))} />)}
      <Button size="small" onClick={() => { setOpen(false); setTimeout(() => void printPage(), 200); }}>{t("print")}</Button>
    </div>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} content={body} trigger="click" placement="bottomRight">
      <button type="button" autoFocus className="df-iconbtn" aria-label={t("display")} aria-expanded={open}>
        <Icon name="display" />
        <span className="df-name">{t("display")}</span>
      </button>
    </Popover>
  );
}

export function PersonMenu() {
  const t = useFrameText();
  const me = useMe();
  const navigate = useNavigate();
  const carry = useCarry();
  const queries = useQueryClient();
  const [open, setOpen] = useState(true);
  const signOut = async () => {
    await api.DELETE("/api/v1/session");
    keepAccount(null);
    queries.clear();
    void navigate(carry("/login"));
  };
  const roles = me.roles.map((role) => t(`role_${role}` as "role_public")).join(" · ");
  const items = [
    { key: "who", disabled: true, label: `${me.display || me.name} · ${roles}` },
    { key: "me", label: t("myAccount"), onClick: () => void navigate(carry("/me")) },
    { type: "divider" as const },
    { key: "out", label: t("signOut"), onClick: () => void signOut() },
  ];
  return (
    <Dropdown menu={{ items }} open={open} onOpenChange={setOpen} trigger={["click"]} placement="bottomRight">
      <button type="button" autoFocus className="df-iconbtn" aria-label={`${t("person")} ${me.display || me.name}`}>
        <Icon name="person" />
        <span className="df-name">{me.display || me.name}</span>
      </button>
    </Dropdown>
  );
}
