/**
 * Pieces of words already cut, keyed by the word's UTF-16 units as they stand in the text: open addressing over typed
 * arrays, emptied when it is full. Natural text repeats its words, and a hit costs a hash and a comparison.
 */
const SLOTS = 1 << 15;
const KEY_UNITS = 1 << 18;
const VALUES = 1 << 19;
/** Longer words are cut each time. */
export const LONGEST_CACHED_WORD = 40;

export class WordCache {
  private readonly hashes = new Int32Array(SLOTS);
  private readonly keyOffsets = new Int32Array(SLOTS);
  private readonly keyLengths = new Uint8Array(SLOTS);
  private readonly valueOffsets = new Int32Array(SLOTS);
  private readonly keys = new Uint16Array(KEY_UNITS);
  /** A value: count, then (id, start, end) of each piece relative to the word. */
  readonly values = new Int32Array(VALUES);
  private words = 0;
  private keysUsed = 0;
  private valuesUsed = 0;

  /** Offset in `values` of the word text[start, end), or -1. `hash` is that of `hashWord`. */
  find(text: string, start: number, end: number, hash: number): number {
    for (let slot = hash & (SLOTS - 1); this.keyLengths[slot] !== 0; slot = (slot + 1) & (SLOTS - 1)) {
      if (this.hashes[slot] === hash && this.equals(slot, text, start, end)) return this.valueOffsets[slot];
    }
    return -1;
  }

  /** Stores pieces [count] as (id, start, end) triples; start and end count from the word's first unit. */
  store(text: string, start: number, end: number, hash: number, pieces: Int32Array, count: number): void {
    const length = end - start;
    if (this.isFull(length, 1 + 3 * count)) this.clear();
    let slot = hash & (SLOTS - 1);
    while (this.keyLengths[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
    this.hashes[slot] = hash;
    this.keyOffsets[slot] = this.keysUsed;
    this.keyLengths[slot] = length;
    this.valueOffsets[slot] = this.valuesUsed;
    for (let i = start; i < end; i++) this.keys[this.keysUsed++] = text.charCodeAt(i);
    this.values[this.valuesUsed++] = count;
    for (let i = 0; i < 3 * count; i++) this.values[this.valuesUsed++] = pieces[i];
    this.words++;
  }

  private equals(slot: number, text: string, start: number, end: number): boolean {
    if (this.keyLengths[slot] !== end - start) return false;
    for (let i = start, k = this.keyOffsets[slot]; i < end; i++, k++) {
      if (this.keys[k] !== text.charCodeAt(i)) return false;
    }
    return true;
  }

  private isFull(keyUnits: number, values: number): boolean {
    return this.words >= SLOTS >> 1 || this.keysUsed + keyUnits > KEY_UNITS || this.valuesUsed + values > VALUES;
  }

  private clear(): void {
    this.keyLengths.fill(0);
    this.words = 0;
    this.keysUsed = 0;
    this.valuesUsed = 0;
  }
}

/** FNV-1a over UTF-16 units, finished so that the low bits depend on all of them. */
export function hashWord(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}
