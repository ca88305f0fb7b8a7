/** Theme, language and messages around every page, with or without the frame. */
import { ConfigProvider, message } from "antd";
import AppContext, { type useAppProps } from "antd/es/app/context";
import zhCN from "antd/locale/zh_CN";
import enGB from "antd/locale/en_GB";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { useEffect, useMemo } from "react";
import { Outlet } from "react-router";
import { LangContext } from "@/i18n";
import { nonce } from "@/lib/nonce";
import { themeOf } from "./theme";
import { useView } from "./view";

const csp = { nonce };

export function Root() {
  const { lang, theme, compact } = useView();
  useEffect(() => {
    const root = document.documentElement;
    root.lang = lang === "zh" ? "zh-CN" : "en";
    root.dataset.theme = theme;
    root.dataset.compact = compact ? "1" : "0";
    dayjs.locale(lang === "zh" ? "zh-cn" : "en");
  }, [lang, theme, compact]);
  const look = useMemo(() => themeOf(theme, compact), [theme, compact]);
  return (
    <LangContext value={lang}>
      <ConfigProvider locale={lang === "zh" ? zhCN : enGB} theme={look} csp={csp} button={{ autoInsertSpace: false }}>
        <Messages>
          <Outlet />
        </Messages>
      </ConfigProvider>
    </LangContext>
  );
}

/** Messages alone of what antd's App gives: its dialogs and notices, which no page uses, would come with every first page. */
function Messages({ children }: { children: React.ReactNode }) {
  const [api, holder] = message.useMessage();
  const given = useMemo(() => ({ message: api }) as useAppProps, [api]);
  return <AppContext value={given}>{holder}{children}</AppContext>;
}
