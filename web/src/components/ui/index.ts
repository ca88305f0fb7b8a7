/** The shared components 通用组件: they know no carbon. Chart and its ECharts load when the first chart is drawn. */
export { Chart, type ChartProps, type ChartSeries } from "./Chart";
export { useChartKit, type BarItem, type ChartKit } from "./chartKit";
export { DataTable, type DataTableProps, type Row } from "./DataTable";
export { DropZone } from "./DropZone";
export { Empty } from "./Empty";
export { ExplainLink } from "./ExplainLink";
export { Field } from "./Field";
export { Amount, Change, Figure, type FigureProps, type FigureValue } from "./Figure";
export { Mark, StatusMark, type MarkKind } from "./Mark";
export { Page, Section, Sentence } from "./Page";
export { PageFace } from "./PageFace";
export { ProblemBox } from "./ProblemBox";
export { ReasonDialog } from "./ReasonDialog";
export { Skeleton } from "./Skeleton";
export { SourceLine, type SourceOf } from "./SourceLine";
export { StateMark, StateShape, WarningLevel, STATES, stateColour, type Level, type State } from "./StateMark";
export { TileMap, type MapTile } from "./TileMap";
export { StepLine, Timeline, type Move, type Step } from "./Timeline";
