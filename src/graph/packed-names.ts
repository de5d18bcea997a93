/**
 * Strings by dense id in one UTF-8 block: a million names cost their bytes and four more each, not a million objects.
 * The way back from name to id is an open-addressing hash table over the same bytes, built at the first question
 * (FNV-1a; linear probing, at most half full).
 */
import type { NameTable } from './graph-snapshot.js';

const EMPTY = 0;
/** Tables so short, such as those of relations and types, keep what was decoded: every answer has the same few names. */
const SHORT = 4096;

export class PackedNames implements NameTable {
  private slots: Uint32Array | undefined;
  /** The same bytes, as what decodes them. */
  private readonly text: Buffer;
  private readonly decoded: string[] | undefined;

  /**
   * @param bytes all names one after another, UTF-8
   * @param offsets [length + 1]: name i is bytes[offsets[i] .. offsets[i + 1])
   */
  constructor(
    readonly bytes: Uint8Array,
    readonly offsets: Uint32Array,
  ) {
    this.text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (offsets.length <= SHORT) this.decoded = [];
  }

  static from(names: Iterable<string>): PackedNames {
    const builder = new NamesBuilder();
    for (const name of names) builder.add(name);
    return builder.finish();
  }

  get length(): number {
    return this.offsets.length - 1;
  }

  /** @throws RangeError outside 0 .. length - 1 */
  at(id: number): string {
    if (!(id >= 0 && id < this.length)) throw new RangeError(`there is no name ${id} among ${this.length}`);
    const known = this.decoded?.[id];
    if (known !== undefined) return known;
    const name = this.text.toString('utf8', this.offsets[id], this.offsets[id + 1]);
    if (this.decoded !== undefined) this.decoded[id] = name;
    return name;
  }

  /** The lowest id of the name when several are equal; undefined when there is none. */
  idOf(name: string): number | undefined {
    this.slots ??= this.buildSlots();
    const wanted = Buffer.from(name, 'utf8');
    const mask = this.slots.length - 1;
    for (let slot = hashBytes(wanted, 0, wanted.length) & mask; ; slot = (slot + 1) & mask) {
      const stored = this.slots[slot];
      if (stored === EMPTY) return undefined;
      if (this.equals(stored - 1, wanted)) return stored - 1;
    }
  }

  /** All ids of the name, ascending. Equal names lie on one probe. */
  idsOf(name: string): number[] {
    this.slots ??= this.buildSlots();
    const wanted = Buffer.from(name, 'utf8');
    const mask = this.slots.length - 1;
    const ids: number[] = [];
    for (let slot = hashBytes(wanted, 0, wanted.length) & mask; ; slot = (slot + 1) & mask) {
      const stored = this.slots[slot];
      if (stored === EMPTY) return ids;
      if (this.equals(stored - 1, wanted)) ids.push(stored - 1);
    }
  }

  /** Slots hold id + 1. Ids enter in ascending order, so a probe meets the lowest of equal names first. */
  private buildSlots(): Uint32Array {
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(2, this.length * 2))));
    const mask = slots.length - 1;
    for (let id = 0; id < this.length; id++) {
      let slot = hashBytes(this.bytes, this.offsets[id], this.offsets[id + 1]) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = id + 1;
    }
    return slots;
  }

  private equals(id: number, wanted: Uint8Array): boolean {
    const start = this.offsets[id];
    if (this.offsets[id + 1] - start !== wanted.length) return false;
    for (let i = 0; i < wanted.length; i++) if (this.bytes[start + i] !== wanted[i]) return false;
    return true;
  }
}

/** Grows a name table at its end. */
export class NamesBuilder {
  private bytes = new Uint8Array(1 << 12);
  private offsets = new Uint32Array(1 << 8);
  private count = 0;

  /** Appends, also a name that is there already; returns its id. */
  add(name: string): number {
    const start = this.offsets[this.count];
    // A UTF-16 unit takes at most three bytes in UTF-8.
    if (this.bytes.length - start < name.length * 3) this.bytes = grown(this.bytes, start + name.length * 3);
    if (this.count + 2 > this.offsets.length) this.offsets = grown(this.offsets, this.count + 2);
    const { written } = ENCODER.encodeInto(name, this.bytes.subarray(start));
    this.offsets[++this.count] = start + written;
    return this.count - 1;
  }

  get length(): number {
    return this.count;
  }

  finish(): PackedNames {
    const end = this.offsets[this.count];
    return new PackedNames(this.bytes.slice(0, end), this.offsets.slice(0, this.count + 1));
  }
}

const ENCODER = new TextEncoder();

/** Twice as long, or as long as needed. */
export function grown<A extends Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array>(
  array: A,
  needed: number,
): A {
  const larger = new (array.constructor as new (length: number) => A)(Math.max(needed, array.length * 2));
  larger.set(array);
  return larger;
}

function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
