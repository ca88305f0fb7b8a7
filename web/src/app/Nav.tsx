import { NavLink, useLocation } from "react-router";
import { Icon } from "./icons";
import { useMe } from "./me";
import { navFor, type NavEntry } from "./pages";
import { useFrameText } from "./text";
import { useCarry } from "./view";

type Key = Parameters<ReturnType<typeof useFrameText>>[0];

export function Nav({ onGo }: { onGo?: () => void }) {
  const t = useFrameText();
  const me = useMe();
  const carry = useCarry();
  const { pathname } = useLocation();
  const open = (entry: NavEntry) => (entry.children ?? []).some(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  const link = (entry: NavEntry, icon: boolean) => (
    <NavLink to={carry(entry.path)} end={entry.path === "/"} onClick={onGo}>
      {icon && <Icon name={entry.menu} />}
      {t(entry.menu as Key)}
    </NavLink>
  );
  return (
    <nav className="df-nav" aria-label={t("navigation")}>
      <ul>
        {navFor(me.menu).map((entry) => (
          <li key={entry.menu}>
            {entry.children ? (
              <>
                <NavLink to={carry(entry.path)} onClick={onGo} aria-expanded={open(entry)} className="df-nav-group">
                  <Icon name={entry.menu} />
                  {t(entry.menu as Key)}
                </NavLink>
                {open(entry) && <ul>{entry.children.map((child) => <li key={child.menu}>{link(child, false)}</li>)}</ul>}
              </>
            ) : (
              link(entry, true)
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}
