/**
 * Jaro-Winkler similarity of two strings (Jaro 1989; Winkler 1990): 1 for equal ones, 0 where nothing agrees. Counted over
 * UTF-16 units; the common prefix counts for four units at most, with the usual weight of 0.1.
 */
export function jaroWinkler(a: string, b: string): number {
  const jaro = jaroSimilarity(a, b);
  let prefix = 0;
  while (prefix < LONGEST_PREFIX && prefix < a.length && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * PREFIX_WEIGHT * (1 - jaro);
}

const LONGEST_PREFIX = 4;
const PREFIX_WEIGHT = 0.1;

/** Units match when they are equal and not farther apart than half the longer string; half of those out of order count less. */
export function jaroSimilarity(a: string, b: string): number {
  if (a.length === 0 || b.length === 0) return a === b ? 1 : 0;
  const window = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const taken = new Uint8Array(b.length);
  const matched: number[] = [];
  for (let i = 0; i < a.length; i++) {
    const last = Math.min(b.length - 1, i + window);
    for (let j = Math.max(0, i - window); j <= last; j++) {
      if (taken[j] || a.charCodeAt(i) !== b.charCodeAt(j)) continue;
      taken[j] = 1;
      matched.push(a.charCodeAt(i));
      break;
    }
  }
  const m = matched.length;
  if (m === 0) return 0;
  let outOfOrder = 0;
  for (let j = 0, next = 0; j < b.length; j++) if (taken[j] && b.charCodeAt(j) !== matched[next++]) outOfOrder++;
  return (m / a.length + m / b.length + (m - outOfOrder / 2) / m) / 3;
}
