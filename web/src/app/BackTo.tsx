/** From something that is not there to its list 回到列表. */
import { useMe } from "./me";
import { isOpen } from "./pages";
import { useFrameText, type FrameKey } from "./text";
import { ViewLink } from "./ViewLink";

export function BackTo({ list, name }: { list: string; name: FrameKey }) {
  const t = useFrameText();
  const { menu } = useMe();
  return isOpen(menu, list) ? <ViewLink to={list}>{t("toList", { name: t(name) })}</ViewLink> : <ViewLink to="/">{t("toHome")}</ViewLink>;
}
