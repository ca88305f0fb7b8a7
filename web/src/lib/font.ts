/** The type of the portal, for what takes no custom property: tokens of the component library, canvases (they refuse "inherit", with it the size too). */
export const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei", system-ui, sans-serif';
