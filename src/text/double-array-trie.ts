/**
 * A trie in two numbers a node (Aoe 1989, "An efficient digital search algorithm by using a double-array structure"):
 * the child of `node` by class c is `base[node] + c` when `check` there is `node`. Characters are numbered by frequency,
 * so that common ones share short ranges; slots are found without walking dense regions again.
 */
import { finishWork, type SlicedWork } from '../base/sliced-work.js';

/** Entries of the list of pending nodes between pauses, four a node. */
const PAUSE = 1 << 13;
/** The search for free slots steps 1 further after every 2^3 failures. */
const STRIDE_SHIFT = 3;
/** After more failures than this a quarter of the region is left out of later searches. */
const DENSE_FAILURES = 16;
const DENSE_SHIFT = 2;

export interface DoubleArrayTrie {
  /** [65536] class of each UTF-16 unit, 0 for units in no pattern. */
  readonly classes: Uint16Array;
  /**
   * [2 * slots] base and check, side by side. A base is stored as 2 * base, plus 1 in a node where a pattern ends. As many
   * slots as there are classes lie free behind the last node, so that no walk leaves the array.
   */
  readonly cells: Int32Array;
  /** [slots] number of the pattern that ends in the node. */
  readonly values: Int32Array;
  readonly root: number;
}

/** @param patterns distinct, none empty */
export function buildDoubleArrayTrie(patterns: readonly string[]): DoubleArrayTrie {
  return finishWork(doubleArrayTrieInSlices(patterns));
}

export function* doubleArrayTrieInSlices(patterns: readonly string[]): SlicedWork<DoubleArrayTrie> {
  const { classes, classCount } = classesByFrequency(patterns);
  yield;
  const builder = new TrieBuilder(classCount);
  const sorted = sortedByClass(patterns, classes);
  yield;
  yield* builder.build(sorted);
  return { classes, cells: builder.cells, values: builder.values, root: classCount };
}

interface Sorted {
  /** Patterns as strings of classes, ascending. */
  readonly keys: readonly string[];
  readonly numbers: Int32Array;
}

class TrieBuilder {
  cells: Int32Array;
  values: Int32Array;
  private taken: Uint8Array;
  private slots: number;
  private readonly root: number;
  private firstFree: number;
  private searchFrom: number;
  private end: number;

  /** Slots below `classCount` stay empty: a base, which is a slot less a class, is then never negative. */
  constructor(private readonly classCount: number) {
    this.root = classCount;
    this.firstFree = this.searchFrom = this.end = classCount + 1;
    this.slots = 4 * classCount + 1024;
    this.cells = new Int32Array(2 * this.slots);
    this.values = new Int32Array(this.slots);
    this.taken = new Uint8Array(this.slots);
    this.taken.fill(1, 0, classCount + 1);
  }

  *build({ keys, numbers }: Sorted): SlicedWork<void> {
    // Ranges of keys that share a prefix: node, first key, key after the last, length of the prefix. Breadth first, so
    // that the nodes near the root, which every walk visits, lie together.
    const pending = keys.length === 0 ? [] : [this.root, 0, keys.length, 0];
    const children: number[] = [];
    const firsts: number[] = [];
    for (let next = 0; next < pending.length; next += 4) {
      if (next % PAUSE === 0) yield;
      const node = pending[next];
      const last = pending[next + 2];
      const depth = pending[next + 3];
      let first = pending[next + 1];
      const ends = keys[first].length === depth;
      if (ends) this.values[node] = numbers[first++];
      children.length = firsts.length = 0;
      for (let key = first; key < last; key++) {
        const child = keys[key].charCodeAt(depth);
        if (child === children[children.length - 1]) continue;
        children.push(child);
        firsts.push(key);
      }
      const base = children.length === 0 ? 0 : this.place(node, children);
      this.cells[2 * node] = 2 * base + (ends ? 1 : 0);
      firsts.push(last);
      for (let i = 0; i < children.length; i++) pending.push(base + children[i], firsts[i], firsts[i + 1], depth + 1);
    }
    const size = this.end + this.classCount;
    this.reserve(size);
    this.cells = this.cells.slice(0, 2 * size);
    this.values = this.values.slice(0, size);
  }

  /** Gives the children of `node` free slots; returns the base. */
  private place(node: number, children: readonly number[]): number {
    const base = children.length === 1 ? this.findSingle(children[0]) : this.findBase(children);
    for (const child of children) {
      const slot = base + child;
      this.taken[slot] = 1;
      this.cells[2 * slot + 1] = node;
      if (slot >= this.end) this.end = slot + 1;
    }
    return base;
  }

  private findSingle(child: number): number {
    while (this.taken[this.firstFree]) this.firstFree++;
    this.reserve(this.firstFree + this.classCount + 1);
    return this.firstFree - child;
  }

  /** Strides grow with every failure, and dense regions are not searched again: both keep the build short. */
  private findBase(children: readonly number[]): number {
    let failures = 0;
    let slot = this.searchFrom;
    for (; ; slot += 1 + (failures >> STRIDE_SHIFT)) {
      this.reserve(slot + this.classCount + 1);
      if (this.taken[slot]) continue;
      if (this.fits(slot - children[0], children)) break;
      failures++;
    }
    if (failures > DENSE_FAILURES) this.searchFrom += (slot - this.searchFrom) >> DENSE_SHIFT;
    return slot - children[0];
  }

  private fits(base: number, children: readonly number[]): boolean {
    for (const child of children) if (this.taken[base + child]) return false;
    return true;
  }

  private reserve(slots: number): void {
    if (slots <= this.slots) return;
    this.slots = Math.max(slots, 2 * this.slots);
    this.cells = grown(this.cells, new Int32Array(2 * this.slots));
    this.values = grown(this.values, new Int32Array(this.slots));
    this.taken = grown(this.taken, new Uint8Array(this.slots));
  }
}

function grown<A extends Int32Array | Uint8Array>(old: A, larger: A): A {
  larger.set(old);
  return larger;
}

function classesByFrequency(patterns: readonly string[]): { classes: Uint16Array; classCount: number } {
  const counts = new Int32Array(0x10000);
  for (const pattern of patterns) for (let i = 0; i < pattern.length; i++) counts[pattern.charCodeAt(i)]++;
  const units = Array.from(counts.keys()).filter((unit) => counts[unit] > 0);
  units.sort((a, b) => counts[b] - counts[a] || a - b);
  const classes = new Uint16Array(0x10000);
  for (const [i, unit] of units.entries()) classes[unit] = i + 1;
  return { classes, classCount: units.length + 1 };
}

/** Sorted as strings, which the engine compares fast; the number of each comes from a map. */
function sortedByClass(patterns: readonly string[], classes: Uint16Array): Sorted {
  const codes: number[] = [];
  const numbers = new Map<string, number>();
  for (const [number, pattern] of patterns.entries()) {
    codes.length = pattern.length;
    for (let i = 0; i < pattern.length; i++) codes[i] = classes[pattern.charCodeAt(i)];
    numbers.set(String.fromCharCode(...codes), number);
  }
  const keys = [...numbers.keys()].sort();
  return { keys, numbers: Int32Array.from(keys, (key) => numbers.get(key) as number) };
}
