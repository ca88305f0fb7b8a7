/**
 * The person a page belongs to 本页的人: whose answers it may show, and what happens when the session has ended.
 *
 * Every question says as whom it is asked; the API refuses it (401) where somebody else, or nobody, is signed in. The
 * question then waits until the same person has signed in again, and is sent once more: nothing typed is lost, and no
 * page shows the public's answer, or another person's, under a name.
 */
import { keepCsrf, csrfToken, SAFE } from "./csrf";

export interface Person {
  signed_in: boolean;
  name: string;
  csrf?: string;
  second_factor?: string;
  must_change_password?: boolean;
}

const ME = "/api/v1/me";
const AS = "X-Signed-In-As";
const MOST = 3; // times that one question is asked, where the API keeps saying no

let account: string | null = null;
let leaving = false;

/** Told by /me: the login of whoever is signed in; null for a guest, or after signing out. */
export function keepAccount(name: string | null): void {
  account = name;
}
export const whose = (): string | null => account;

/** Whether the page is being left on purpose: nothing asks whether it may be. */
export const isLeaving = (): boolean => leaving;

/** Loads the page anew, for whoever is signed in now. */
export function loadAnew(): void {
  leaving = true;
  window.location.reload();
}

/** Leaves for another address of ours, and takes nothing along but what the tab keeps. */
export function leaveFor(address: string): void {
  leaving = true;
  window.location.assign(address);
}

/** Addresses of the door itself: they are asked by whoever comes. */
const isDoor = (path: string): boolean => path === ME || path.startsWith("/api/v1/session") || path.startsWith("/api/v1/oidc/");

/** Whether /me speaks of the person to whom this page belongs, wholly signed in. */
export function isStill(me: Person): boolean {
  if (account === null) return true;
  const first = me.second_factor === "awaited" || me.second_factor === "to_enrol" || me.must_change_password === true;
  return me.signed_in && me.name === account && !first;
}

/** fetch for the API: a question whose session has ended waits for the next one of the same person. */
export async function guarded(request: Request): Promise<Response> {
  if (account === null || isDoor(new URL(request.url).pathname)) return fetch(request);
  for (let time = 1; ; time += 1) {
    request.headers.set(AS, encodeURIComponent(account));
    const response = await fetch(request.clone());
    if (!(await hasEnded(response)) || account === null || time === MOST) return response;
    await again();
    if (account === null) return response;
    const token = csrfToken();
    if (token && !SAFE.has(request.method)) request.headers.set("X-CSRF-Token", token);
  }
}

/** 401, or a token of a session that another one has followed. */
async function hasEnded(response: Response): Promise<boolean> {
  if (response.status !== 401 && response.status !== 403) return false;
  const body = (await response.clone().json().catch(() => null)) as { type?: string; where?: string } | null;
  if (response.status === 403) return body?.where === "X-CSRF-Token";
  return /:(session-ended|not-signed-in)$/.test(body?.type ?? "");
}

// -- the dialog ---------------------------------------------------------------------------------------------------------

/** What the dialog shows: whose page it is, and who else is signed in meanwhile. */
export interface Ended {
  account: string;
  other: string | null;
}

let ended: Ended | null = null;
let waiting: Promise<void> | null = null;
let resume: () => void = () => undefined;
const listeners = new Set<() => void>();
const tell = (next: Ended | null) => {
  ended = next;
  for (const listener of listeners) listener();
};

/** For useSyncExternalStore. */
export const sessionEnded = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  now: (): Ended | null => ended,
};

/** Who is signed in now, and the token that goes with it. */
async function askWho(): Promise<Person | null> {
  const response = await fetch(new Request(new URL(ME, base()), { credentials: "same-origin" })).catch(() => null);
  const me = response?.ok ? ((await response.json()) as Person) : null;
  if (me) keepCsrf(me.csrf); // of whoever is signed in: to sign in over it needs it too
  return me;
}
const base = (): string => globalThis.location?.href ?? "http://localhost/";

/** Done when the person of this page is signed in again; all who wait, wait together. */
export function again(): Promise<void> {
  waiting ??= waited().finally(() => {
    waiting = null;
  });
  return waiting;
}

async function waited(): Promise<void> {
  const me = await askWho();
  if (account === null || (me && isStill(me))) return;
  const back = new Promise<void>((done) => {
    resume = done;
  });
  tell({ account, other: me?.signed_in ? me.name : null });
  await back;
}

/** Looks who is signed in now, after a sign-in here or in another tab; what waited goes on where it is the same person. */
export async function lookAgain(): Promise<Person | null> {
  const me = await askWho();
  if (!me || !ended) return me;
  if (isStill(me)) {
    tell(null);
    resume();
  } else {
    tell({ ...ended, other: me.signed_in && me.name !== account ? me.name : null });
  }
  return me;
}
