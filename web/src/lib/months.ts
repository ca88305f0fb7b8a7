/** Two years over the same twelve months, so that they can be compared. */
export function byMonth<T extends { points: readonly { period: string }[] }>(series: readonly T[]): T[] {
  return series.map((one) => ({ ...one, points: one.points.map((point) => ({ ...point, period: point.period.slice(5) || point.period })) }));
}
