/** The navigation on narrow screens, over the page. */
import { Drawer } from "antd";
import { Nav } from "./Nav";
import { useFrameText } from "./text";

export default function NavDrawer({ onClose }: { onClose: () => void }) {
  const t = useFrameText();
  return (
    <Drawer open onClose={onClose} placement="left" size={260} title={t("product")} styles={{ body: { padding: 0 } }}>
      <Nav onGo={onClose} />
    </Drawer>
  );
}
