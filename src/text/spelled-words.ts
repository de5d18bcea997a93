/**
 * Words and numbers that are spelled with letters and digits, in which no mention may begin or end: "CT" is not in
 * "ACTH", "2型糖尿病" not in "12型糖尿病". Scripts that write without spaces are not spelled in this sense.
 */
const SPELLED = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}]/u;
/** Where such letters and digits lie: not among ideographs and hangul, which are three quarters of the units. */
const BLOCKS: readonly (readonly [number, number])[] = [
  [0, 0x2e7f],
  [0xa620, 0xabff],
  [0xfb00, 0xffff],
];

/** [65536] 1 for letters and digits of which words and numbers are spelled. */
export function spelledTable(): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (const [first, last] of BLOCKS) {
    for (let unit = first; unit <= last; unit++) table[unit] = SPELLED.test(String.fromCharCode(unit)) ? 1 : 0;
  }
  return table;
}

/** Whether the place before unit `at` lies inside a spelled word. */
export function splitsWord(text: string, at: number, spelled: Uint8Array): boolean {
  if (at <= 0 || at >= text.length) return false;
  return (spelled[text.charCodeAt(at - 1)] & spelled[text.charCodeAt(at)]) !== 0;
}
