/** Which programs read in my name, and until when? 接口密钥 */
import { Page, Section } from "@/components/ui";
import { Keys } from "@/features/account/MePage";
import { useSystemText } from "./text";

export function KeysPage() {
  const t = useSystemText();
  return (
    <Page title={t("keys")}>
      <Section><Keys /></Section>
    </Page>
  );
}
