/** A set of triples of numbers by open addressing: 18 to 26 bytes a triple, where a set of texts needs more than 100. */
import { grown } from './packed-names.js';

const FIRST_SLOTS = 1 << 12;

export class TripleSet {
  private heads = new Uint32Array(FIRST_SLOTS / 2);
  private relations = new Uint16Array(FIRST_SLOTS / 2);
  private tails = new Uint32Array(FIRST_SLOTS / 2);
  /** Index of a triple + 1, or 0; the length is a power of two. */
  private slots = new Uint32Array(FIRST_SLOTS);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** @returns whether the triple is new */
  add(head: number, relation: number, tail: number): boolean {
    const slot = this.find(head, relation, tail);
    if (this.slots[slot] !== 0) return false;
    if (this.count === this.heads.length) {
      this.grow();
      return this.add(head, relation, tail);
    }
    this.heads[this.count] = head;
    this.relations[this.count] = relation;
    this.tails[this.count] = tail;
    this.slots[slot] = ++this.count;
    return true;
  }

  /** The triple's slot, or the free one where it belongs. */
  private find(head: number, relation: number, tail: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hash(head, relation, tail) & mask; ; slot = (slot + 1) & mask) {
      const at = this.slots[slot] - 1;
      if (at < 0) return slot;
      if (this.heads[at] === head && this.tails[at] === tail && this.relations[at] === relation) return slot;
    }
  }

  private grow(): void {
    this.heads = grown(this.heads, this.count + 1);
    this.relations = grown(this.relations, this.count + 1);
    this.tails = grown(this.tails, this.count + 1);
    this.slots = new Uint32Array(this.slots.length * 2);
    for (let i = 0; i < this.count; i++) {
      this.slots[this.find(this.heads[i], this.relations[i], this.tails[i])] = i + 1;
    }
  }
}

/** Mixes as the finaliser of MurmurHash3 does. */
function hash(head: number, relation: number, tail: number): number {
  let h = Math.imul(head ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(tail + 0x7f4a7c15, 0xc2b2ae35) ^ (relation * 0x27d4eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
