/** A random id. crypto.randomUUID exists only on https and localhost; an intranet over http has getRandomValues. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}
