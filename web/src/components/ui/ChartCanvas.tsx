/** ECharts itself, only the parts we use, in its own chunk. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendPlainComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import type { ChartHandle } from "./chartTypes";

// Only what chartKit draws; each further kind costs every first page some ten kilobytes.
echarts.use([BarChart, LineChart, GridComponent, LegendPlainComponent, TooltipComponent, CanvasRenderer]);

interface Props {
  option: echarts.EChartsCoreOption;
  height: number;
  handle: React.RefObject<ChartHandle | null>;
  onPick?: ((node: string) => void) | undefined;
}

export default function ChartCanvas({ option, height, handle, onPick }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const pick = useRef(onPick);
  pick.current = onPick;

  useEffect(() => {
    const made = echarts.init(box.current!, null, { renderer: "canvas" });
    chart.current = made;
    made.on("click", (event) => {
      const data = event.data as { node?: string | null; key?: string } | null;
      const node = data && typeof data === "object" ? (data.node ?? data.key) : null;
      if (node) pick.current?.(node);
    });
    handle.current = { png: () => made.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: getComputedStyle(document.documentElement).getPropertyValue("--paper") || "#fff" }) };
    const watcher = new ResizeObserver(() => made.resize());
    watcher.observe(box.current!);
    return () => {
      watcher.disconnect();
      handle.current = null;
      made.dispose();
    };
  }, [handle]);

  useEffect(() => {
    // The tooltip is drawn, not written as HTML with style attributes: the CSP forbids those.
    const tooltip = (option.tooltip ?? {}) as Record<string, unknown>;
    chart.current?.setOption({ animation: false, ...option, tooltip: { ...tooltip, renderMode: "richText" } }, { notMerge: true });
  }, [option]);

  return <div ref={box} style={{ width: "100%", height }} aria-hidden="true" />;
}
