/**
 * Numbers of texts that were seen, by 64 bits of their hash: 12 to 24 bytes a text, where a map of texts would hold them all.
 * Two of ten million texts share their hash with a probability of 3 in a million.
 */
const FREE = -1;

export class TextNumbers {
  /** [slots, 3] high and low half of the hash, number. */
  private slots = new Int32Array(3 << 10).fill(FREE);
  private mask = (1 << 10) - 1;
  private size = 0;

  /** The number of a text that was seen, or the next one, from 0. */
  numberOf(high: number, low: number): number {
    if (2 * (this.size + 1) > this.mask) this.grow();
    const slot = this.slotOf(high | 0, low | 0);
    if (this.slots[slot + 2] === FREE) this.slots.set([high, low, this.size++], slot);
    return this.slots[slot + 2];
  }

  get count(): number {
    return this.size;
  }

  private slotOf(high: number, low: number): number {
    for (let place = low >>> 0; ; place++) {
      const slot = 3 * (place & this.mask);
      const isFree = this.slots[slot + 2] === FREE;
      if (isFree || (this.slots[slot] === high && this.slots[slot + 1] === low)) return slot;
    }
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Int32Array(2 * old.length).fill(FREE);
    this.mask = 2 * this.mask + 1;
    for (let slot = 0; slot < old.length; slot += 3) {
      if (old[slot + 2] !== FREE) this.slots.set(old.subarray(slot, slot + 3), this.slotOf(old[slot], old[slot + 1]));
    }
  }
}
