import { Link, type LinkProps } from "react-router";
import { useCarry } from "./view";

/** A link inside the portal that carries area, period, units, language and theme along. */
export function ViewLink({ to, ...rest }: Omit<LinkProps, "to"> & { to: string }) {
  const carry = useCarry();
  return <Link {...rest} to={carry(to)} />;
}
