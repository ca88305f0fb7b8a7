/** Whether typed letters read a name by its syllables 拼音: each given whole or by its beginning, from any of them on. */
export function readsPinyin(typed: string, syllables: readonly string[]): boolean {
  return syllables.some((_, at) => reads(typed, syllables, at));
}

function reads(typed: string, syllables: readonly string[], at: number): boolean {
  if (typed === "") return true;
  const syllable = syllables[at];
  if (syllable === undefined) return false;
  let shared = 0;
  while (shared < typed.length && typed[shared] === syllable[shared]) shared += 1;
  for (let n = shared; n > 0; n -= 1) if (reads(typed.slice(n), syllables, at + 1)) return true;
  return false;
}
