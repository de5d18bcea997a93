/** Numbers of known words, looked up by their text or by units that WordScan has hashed: an open table, no string made. */
import type { WordScan } from './word-scan.js';

const FREE = -1;
/** The number of a word that is not known. */
export const UNKNOWN = -1;

export class WordNumbers {
  private readonly numbers = new Map<string, number>();
  /** The units of all words, one after the other. */
  private readonly units: Uint16Array;
  /** [words + 1] */
  private readonly offsets: Int32Array;
  /** [slots, 2] hash and number. */
  private readonly slots: Int32Array;
  private readonly mask: number;

  /** @param scan hashes as the texts will be hashed */
  constructor(words: Iterable<string>, scan: WordScan) {
    for (const word of words) if (!this.numbers.has(word)) this.numbers.set(word, this.numbers.size);
    const list = [...this.numbers.keys()];
    this.offsets = new Int32Array(list.length + 1);
    for (const [number, word] of list.entries()) this.offsets[number + 1] = this.offsets[number] + word.length;
    this.units = new Uint16Array(this.offsets[list.length]);
    const slots = 2 ** Math.ceil(Math.log2(4 * list.length + 4));
    this.mask = slots - 1;
    this.slots = new Int32Array(2 * slots).fill(FREE);
    for (const [number, word] of list.entries()) this.add(number, word, scan);
  }

  get size(): number {
    return this.numbers.size;
  }

  numberOf(word: string): number {
    return this.numbers.get(word) ?? UNKNOWN;
  }

  /** The number of word `at` of a scanned text. */
  numberAt(scan: WordScan, at: number): number {
    const hash = scan.hashes[at];
    for (let place = spread(hash); ; place++) {
      const slot = 2 * (place & this.mask);
      const number = this.slots[slot + 1];
      if (number === FREE) return UNKNOWN;
      if (this.slots[slot] === hash && this.isSame(number, scan, at)) return number;
    }
  }

  private add(number: number, word: string, scan: WordScan): void {
    scan.scan(word);
    if (scan.count !== 1) throw new RangeError(`${JSON.stringify(word)} is not a cleaned word`);
    this.units.set(scan.units.subarray(0, word.length), this.offsets[number]);
    let place = spread(scan.hashes[0]);
    while (this.slots[2 * (place & this.mask) + 1] !== FREE) place++;
    this.slots.set([scan.hashes[0], number], 2 * (place & this.mask));
  }

  private isSame(number: number, { units, starts, ends }: WordScan, at: number): boolean {
    const [from, start] = [this.offsets[number], starts[at]];
    const length = ends[at] - start;
    if (this.offsets[number + 1] - from !== length) return false;
    for (let i = 0; i < length; i++) if (this.units[from + i] !== units[start + i]) return false;
    return true;
  }
}

function spread(hash: number): number {
  return (hash ^ (hash >>> 15)) >>> 0;
}
