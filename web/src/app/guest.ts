/** Whether this tab looks at what is published, without signing in. */
const KEY = "dafeng.guest";

export function isGuest(): boolean {
  try {
    return sessionStorage.getItem(KEY) === "1";
  } catch {
    return false;
  }
}

export function comeAsGuest(): void {
  try {
    sessionStorage.setItem(KEY, "1");
  } catch {
    /* a browser that keeps nothing asks again */
  }
}
