/** What a person's browser remembers; a browser that refuses to remember costs nothing. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`dafeng.${key}`);
    else localStorage.setItem(`dafeng.${key}`, value);
  } catch {
    /* private mode */
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`dafeng.${key}`);
  } catch {
    return null;
  }
}
