/**
 * Words and numbers that are spelled with letters and digits, in which no mention may begin or end: "CT" is not in
 * "ACTH", "2型糖尿病" not in "12型糖尿病". Scripts that write without spaces are not spelled in this sense.
 */
const SPELLED = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}]/u;

/** [65536] 1 for letters and digits of which words and numbers are spelled. */
export function spelledTable(): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (let unit = 0; unit < 0x10000; unit++) {
    const eastAsian = unit >= 0x2e80 && unit < 0xa640;
    table[unit] = !eastAsian && SPELLED.test(String.fromCharCode(unit)) ? 1 : 0;
  }
  return table;
}

/** Whether the place before unit `at` lies inside a spelled word. */
export function splitsWord(text: string, at: number, spelled: Uint8Array): boolean {
  if (at <= 0 || at >= text.length) return false;
  return (spelled[text.charCodeAt(at - 1)] & spelled[text.charCodeAt(at)]) !== 0;
}
