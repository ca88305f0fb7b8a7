import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The API to talk to while developing: `dafeng serve -p DIR --port 8000`. */
const api = process.env.DAFENG_API ?? "http://127.0.0.1:8000";

/** Packages of which every page of the portal uses the same parts. */
const FRAME = /node_modules\/(react|react-dom|react-router|scheduler|openapi-fetch|stylis|clsx|@babel\/runtime|@tanstack\/(query-core|react-query)|@ant-design\/(cssinjs|cssinjs-utils|fast-color|colors)|@rc-component\/(util|motion|portal|resize-observer|trigger|tooltip)|antd\/es\/(_util|theme|style|config-provider|locale|tooltip|segmented|space|form\/context)|@ant-design\/icons\/es\/(components|utils))\//;

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: process.env.DAFENG_WEB_OUT ?? "../src/dafeng/api/web",
    emptyOutDir: true,
    manifest: true,
    // Everything comes from our own server; small files stay files, so that the CSP needs no data: scripts or styles.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    // The parts of antd say nothing of themselves: without this a form's whole validator comes with its context.
    rolldownOptions: {
      treeshake: { moduleSideEffects: [{ test: /node_modules\/(@rc-component|@ant-design)\//, sideEffects: false }] },
      // What every page needs comes in one file: thirty small ones cost their headers and compress worse.
      output: { codeSplitting: { groups: [{ name: "frame", test: FRAME }] } },
    },
  },
  server: { host: "127.0.0.1", proxy: { "/api": { target: api, changeOrigin: false } } },
  test: { include: ["tests/**/*.test.ts", "tests/**/*.test.tsx"], environment: "node" },
});
