/** Name and code of what a scope holds; the code alone where the name is not known here. */
export const named = (code: string, names: Readonly<Record<string, string>> | undefined): string => (names?.[code] ? `${names[code]} (${code})` : code);
