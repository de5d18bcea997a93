/** A set of entities by their places in the order of rank: going through it is going by rank. One bit an entity. */
export class PlaceSet {
  private readonly words: Uint32Array;
  private count = 0;

  /** @param length places are below it */
  constructor(length: number) {
    this.words = new Uint32Array((length + 31) >>> 5);
  }

  get size(): number {
    return this.count;
  }

  has(place: number): boolean {
    return (this.words[place >>> 5] & (1 << (place & 31))) !== 0;
  }

  /** @returns whether it was not there yet */
  add(place: number): boolean {
    const word = place >>> 5;
    const bit = 1 << (place & 31);
    if ((this.words[word] & bit) !== 0) return false;
    this.words[word] |= bit;
    this.count++;
    return true;
  }

  /** Ascending. */
  *[Symbol.iterator](): Generator<number> {
    for (let word = 0; word < this.words.length; word++) {
      // The lowest bit of what is left, until none is.
      for (let rest = this.words[word]; rest !== 0; rest &= rest - 1) yield word * 32 + 31 - Math.clz32(rest & -rest);
    }
  }
}
