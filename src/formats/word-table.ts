/**
 * Words to their places in a list, small enough for millions: the words as one run of UTF-8 bytes, and a hash table of
 * numbers over it (open addressing, FNV-1a).
 */
const EMPTY = -1;
/** The table is at most two thirds full. */
const FULLNESS = 2 / 3;

export class WordTable {
  private bytes = new Uint8Array(1 << 10);
  private ends = new Float64Array(1 << 6);
  private slots = new Int32Array(1 << 7).fill(EMPTY);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Takes a word's place: 0, 1, ... @returns false, and takes none, where the word is there already */
  add(word: Uint8Array): boolean {
    if (this.count + 1 > this.slots.length * FULLNESS) this.growSlots();
    const slot = this.slotOf(word);
    if (this.slots[slot] !== EMPTY) return false;
    const start = this.startOf(this.count);
    const end = start + word.length;
    if (end > this.bytes.length) this.bytes = grown(this.bytes, new Uint8Array(2 * end));
    if (this.count === this.ends.length) this.ends = grown(this.ends, new Float64Array(2 * this.count));
    this.bytes.set(word, start);
    this.ends[this.count] = end;
    this.slots[slot] = this.count++;
    return true;
  }

  /** The place of a word; -1 where it is not there. */
  find(word: Uint8Array): number {
    return this.slots[this.slotOf(word)];
  }

  private startOf(place: number): number {
    return place === 0 ? 0 : this.ends[place - 1];
  }

  /** Where the word is, or where it would be. */
  private slotOf(word: Uint8Array): number {
    const mask = this.slots.length - 1;
    let slot = hashBytes(word, 0, word.length) & mask;
    while (this.slots[slot] !== EMPTY && !this.isAt(this.slots[slot], word)) slot = (slot + 1) & mask;
    return slot;
  }

  private isAt(place: number, word: Uint8Array): boolean {
    const start = this.startOf(place);
    if (this.ends[place] - start !== word.length) return false;
    for (let i = 0; i < word.length; i++) if (this.bytes[start + i] !== word[i]) return false;
    return true;
  }

  private growSlots(): void {
    this.slots = new Int32Array(2 * this.slots.length).fill(EMPTY);
    const mask = this.slots.length - 1;
    for (let place = 0; place < this.count; place++) {
      let slot = hashBytes(this.bytes, this.startOf(place), this.ends[place]) & mask;
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.slots[slot] = place;
    }
  }
}

/** FNV-1a over bytes, each sign-extended to 32 bits as fastText does (for ASCII the plain hash). @returns unsigned */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ ((bytes[i] << 24) >> 24), 0x01000193);
  return hash >>> 0;
}

function grown<T extends Uint8Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
