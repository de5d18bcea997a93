/**
 * Windows over long texts: a model reads at most so many words at once, and each place is judged in the window where most is seen
 * around it. Windows lie half a window apart, the last one at the end of the text; those without a place are left out.
 */
export interface TextWindow {
  /** Its first word, and the one after its last. */
  readonly first: number;
  readonly end: number;
  /** Its places, as a range of the text's. */
  readonly fromPlace: number;
  readonly toPlace: number;
}

/**
 * @param locations of the places, ascending
 * @param maximum words a window, at least 2
 */
export function textWindows(words: number, locations: ArrayLike<number>, maximum: number): TextWindow[] {
  if (locations.length === 0) return [];
  if (words <= maximum) return [{ first: 0, end: words, fromPlace: 0, toPlace: locations.length }];
  const windows: TextWindow[] = [];
  let from = 0;
  let first = startOf(locations[0], words, maximum);
  for (let place = 1; place <= locations.length; place++) {
    const next = place < locations.length ? startOf(locations[place], words, maximum) : -1;
    if (next === first) continue;
    windows.push({ first, end: first + maximum, fromPlace: from, toPlace: place });
    from = place;
    first = next;
  }
  return windows;
}

/** First word of the window whose middle is next to a place. */
function startOf(location: number, words: number, maximum: number): number {
  const stride = maximum >> 1;
  const start = Math.round((location - maximum / 2) / stride) * stride;
  return Math.max(0, Math.min(start, words - maximum));
}
