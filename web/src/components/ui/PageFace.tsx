/** The four faces of a view 四种状态: waiting (skeleton after 100 ms), empty, error, full. */
import { Empty } from "./Empty";
import { isFinal, ProblemBox } from "./ProblemBox";
import { Skeleton } from "./Skeleton";

export interface PageFaceProps<T> {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  /** whether the answer holds nothing to show */
  isEmpty?: (data: T) => boolean;
  /** what belongs here and the button that brings it */
  empty?: { title?: string; text?: string; action?: React.ReactNode };
  skeleton?: "page" | "table" | "lines";
  /** where to go from what is not there: a link to its list */
  back?: React.ReactNode;
  children: (data: T) => React.ReactNode;
}

export function PageFace<T>({ query, isEmpty, empty, skeleton = "page", back, children }: PageFaceProps<T>) {
  if (query.data !== undefined) {
    if (isEmpty?.(query.data)) return <Empty {...empty} />;
    return (
      <>
        {query.error ? <ProblemBox compact problem={query.error} onAgain={() => void query.refetch()} /> : null}
        {children(query.data)}
      </>
    );
  }
  if (query.error) {
    return (
      <>
        <ProblemBox problem={query.error} onAgain={() => void query.refetch()} />
        {back && isFinal(query.error) ? <p>{back}</p> : null}
      </>
    );
  }
  return <Skeleton kind={skeleton} />;
}
