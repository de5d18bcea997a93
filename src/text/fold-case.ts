/**
 * Lower case unit by unit: the length stays, so that places in the folded text are places in the text. The few letters
 * whose lower case is longer (U+0130) stay as they are.
 */
export function foldCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (character) => {
    const folded = character.toLowerCase();
    return folded.length === character.length ? folded : character;
  }).join('');
}

/** [65536] the folded form of each UTF-16 unit; surrogates map to themselves. */
export function foldTable(): Uint16Array {
  const table = new Uint16Array(0x10000);
  for (let unit = 0; unit < 0x10000; unit++) {
    const character = String.fromCharCode(unit);
    const folded = character.toLowerCase();
    table[unit] = folded.length === 1 ? folded.charCodeAt(0) : unit;
  }
  return table;
}
