/** The look 外观 (PORTAL.md §5) as Ant Design tokens; the same values stand as custom properties in styles/base.css. */
import { theme as antd, type ThemeConfig } from "antd";
import { FONT } from "@/lib/font";
import type { Theme } from "./view";

const LIGHT = {
  colorPrimary: "#0F766E",
  colorInfo: "#0F766E",
  colorLink: "#0F766E",
  colorLinkHover: "#0B5D57",
  colorText: "#1F2937",
  colorTextSecondary: "#4B5563",
  colorTextTertiary: "#5F6673",
  colorTextPlaceholder: "#5F6673",
  colorBorder: "#D1D5DB",
  colorBorderSecondary: "#E5E7EB",
  colorSplit: "#E5E7EB",
  colorBgLayout: "#FAFAF9",
  colorSuccess: "#15803D",
  colorWarning: "#B45309",
  colorError: "#B91C1C",
};

const DARK = {
  colorPrimary: "#2DB5A6",
  colorInfo: "#2DB5A6",
  colorLink: "#4CC7B9",
  colorLinkHover: "#7ADACF",
  colorText: "#E5E7EB",
  colorTextSecondary: "#B6BDC8",
  colorTextTertiary: "#9CA3AF",
  colorTextPlaceholder: "#9CA3AF",
  colorBorder: "#3B4757",
  colorBorderSecondary: "#2A3441",
  colorSplit: "#2A3441",
  colorBgBase: "#0F151C",
  colorBgContainer: "#151D26",
  colorBgElevated: "#1B2530",
  colorBgLayout: "#0F151C",
  colorSuccess: "#4ADE80",
  colorWarning: "#F0A94B",
  colorError: "#F87171",
};

export function themeOf(theme: Theme, compact: boolean): ThemeConfig {
  const algorithm = theme === "dark" ? [antd.darkAlgorithm] : [antd.defaultAlgorithm];
  if (compact) algorithm.push(antd.compactAlgorithm);
  return {
    algorithm,
    cssVar: { key: "df" },
    hashed: false,
    token: {
      ...(theme === "dark" ? DARK : LIGHT),
      fontFamily: FONT,
      fontSize: compact ? 13 : 14,
      borderRadius: 4,
      boxShadow: "none",
      boxShadowTertiary: "none",
      motionDurationMid: "0.12s",
      motionDurationSlow: "0.18s",
      wireframe: false,
    },
    components: {
      Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none", ...(theme === "dark" ? { primaryColor: "#06201D" } : {}) },
      Tabs: { horizontalMargin: "0 0 12px 0" },
    },
  };
}
