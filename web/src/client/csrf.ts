/** The token of the session: told by /me; sent with every unsafe request. */
export const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

let csrf: string | null = null;
export function keepCsrf(token: string | null | undefined): void {
  csrf = token ?? null;
}
export const csrfToken = (): string | null => csrf;
