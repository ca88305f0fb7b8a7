/** The few icons of the frame, drawn as hairlines; always beside a text or with a name for screen readers. */
const PATHS: Record<string, string> = {
  overview: "M3 13h4v7H3zM10 4h4v16h-4zM17 9h4v11h-4z",
  plans: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7",
  targets: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8z",
  tasks: "M4 6l2 2l3-4M4 16l2 2l3-4M12 6h8M12 17h8",
  enterprises: "M3 21h18M5 21V9l6 4V9l6 4v8M17 13V4h2v17",
  certificates: "M5 3h14v12H5zM9 7h6M9 10h4M10 15v6l2-1.5l2 1.5v-6",
  findings: "M5 4h14v16H5zM9 10l2 2l4-4M9 16h6",
  energyAccounts: "M13 3L5 14h6l-1 7l9-11h-6z",
  regions: "M3 6l6-2l6 2l6-2v14l-6 2l-6-2l-6 2zM9 4v14M15 6v14",
  filing: "M4 14v6h16v-6M12 4v11M7 10l5 5l5-5",
  account: "M5 3h14v18H5zM8 7h8M8 12h2M14 12h2M8 16h2M14 16h2",
  evaluate: "M3 20h18M5 16l5-6l4 3l6-8",
  simulate: "M4 19c6 0 6-12 16-12M4 19c7 0 8-5 16-5",
  act: "M5 3v18M5 4h13l-3 4l3 4H5",
  reports: "M5 3h14v18H5zM9 16v-4M12 16V8M15 16v-6",
  sources: "M4 6c0-2 16-2 16 0v12c0 2-16 2-16 0zM4 6c0 2 16 2 16 0M4 12c0 2 16 2 16 0",
  system: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  menu: "M4 7h16M4 12h16M4 17h16",
  search: "M10 4a6 6 0 1 0 0 12a6 6 0 0 0 0-12zM15 15l5 5",
  inbox: "M4 13l3-8h10l3 8v6H4zM4 13h5l1 2h4l1-2h5",
  display: "M4 7h8M16 7h4M12 5v4M4 17h4M12 17h8M8 15v4",
  person: "M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM4 21c0-9 16-9 16 0",
};

export function Icon({ name }: { name: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={PATHS[name] ?? PATHS.menu} />
    </svg>
  );
}

export function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="6" fill="#0F766E" />
      <path d="M5 24c5 0 7-15 12-15 4 0 6 5 10 6" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="17" cy="9" r="2.6" fill="#fff" />
    </svg>
  );
}
