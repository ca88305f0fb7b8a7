/** A value of the rulebook as it is printed in its source: never scaled, never rounded for looks. */
export const plain = (value: number | null): string => (value === null ? "—" : String(value));
