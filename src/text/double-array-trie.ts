/**
 * A trie in two numbers a node (Aoe 1989, "An efficient digital search algorithm by using a double-array structure"):
 * the child of `node` by class c is `base[node] + c` when `check` there is `node`. Characters are numbered by frequency,
 * so that common ones share short ranges; slots are found without walking dense regions again.
 */
const ROOT = 1;
/** Free slots tried for a node with several children before its children are put behind everything. */
const ATTEMPTS = 64;

export interface DoubleArrayTrie {
  /** [65536] class of each UTF-16 unit, 0 for units in no pattern. */
  readonly classes: Uint16Array;
  /** [2 * slots] base and check, side by side; as many slots as classes lie free behind the last node. */
  readonly cells: Int32Array;
  /** [slots] number of the pattern that ends in the node, plus 1; 0 for none. */
  readonly values: Int32Array;
  readonly root: number;
}

/** @param patterns distinct, none empty */
export function buildDoubleArrayTrie(patterns: readonly string[]): DoubleArrayTrie {
  const classes = classesByFrequency(patterns);
  let classCount = 1;
  for (const value of classes) classCount = Math.max(classCount, value + 1);
  const builder = new TrieBuilder(classCount);
  builder.build(sortedByClass(patterns, classes));
  return { classes, cells: builder.cells, values: builder.values, root: ROOT };
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
  private firstFree = ROOT + 1;
  private searchFrom = ROOT + 1;
  private end = ROOT + 1;

  constructor(private readonly classCount: number) {
    this.slots = 4 * classCount + 1024;
    this.cells = new Int32Array(2 * this.slots);
    this.values = new Int32Array(this.slots);
    this.taken = new Uint8Array(this.slots);
    this.taken[0] = this.taken[ROOT] = 1;
  }

  build({ keys, numbers }: Sorted): void {
    // Ranges of keys that share a prefix: node, first key, key after the last, length of the prefix.
    const pending = keys.length === 0 ? [] : [ROOT, 0, keys.length, 0];
    const children: number[] = [];
    const firsts: number[] = [];
    while (pending.length > 0) {
      const depth = pending.pop() as number;
      const last = pending.pop() as number;
      let first = pending.pop() as number;
      const node = pending.pop() as number;
      if (keys[first].length === depth) this.values[node] = numbers[first++] + 1;
      children.length = firsts.length = 0;
      for (let key = first; key < last; key++) {
        const child = keys[key].charCodeAt(depth);
        if (child === children[children.length - 1]) continue;
        children.push(child);
        firsts.push(key);
      }
      if (children.length === 0) continue;
      const base = this.place(node, children);
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
    this.cells[2 * node] = base;
    for (const child of children) {
      const slot = base + child;
      this.taken[slot] = 1;
      this.cells[2 * slot + 1] = node;
      if (slot >= this.end) this.end = slot + 1;
    }
    return base;
  }

  /** The first free slot will do; a base may not be negative. */
  private findSingle(child: number): number {
    while (this.taken[this.firstFree]) this.firstFree++;
    let slot = this.firstFree;
    if (slot < child) {
      slot = Math.max(child, this.searchFrom);
      while (slot < this.slots && this.taken[slot]) slot++;
    }
    this.reserve(slot + this.classCount + 1);
    return slot - child;
  }

  private findBase(children: readonly number[]): number {
    const smallest = children[0];
    let slot = Math.max(this.searchFrom, smallest);
    let failures = 0;
    for (; failures < ATTEMPTS; slot++) {
      this.reserve(slot + this.classCount + 1);
      if (this.taken[slot]) continue;
      if (this.fits(slot - smallest, children)) return slot - smallest;
      failures++;
    }
    // Where so many tries failed the region is dense: later searches begin behind it.
    this.searchFrom = Math.max(this.searchFrom, Math.min(slot, this.end));
    this.reserve(this.end + this.classCount + 1);
    return Math.max(this.end, smallest) - smallest;
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

function classesByFrequency(patterns: readonly string[]): Uint16Array {
  const counts = new Int32Array(0x10000);
  for (const pattern of patterns) for (let i = 0; i < pattern.length; i++) counts[pattern.charCodeAt(i)]++;
  const units = Array.from(counts.keys()).filter((unit) => counts[unit] > 0);
  units.sort((a, b) => counts[b] - counts[a] || a - b);
  const classes = new Uint16Array(0x10000);
  for (const [i, unit] of units.entries()) classes[unit] = i + 1;
  return classes;
}

function sortedByClass(patterns: readonly string[], classes: Uint16Array): Sorted {
  const keys = patterns.map((pattern) => {
    let key = '';
    for (let i = 0; i < pattern.length; i++) key += String.fromCharCode(classes[pattern.charCodeAt(i)]);
    return key;
  });
  const numbers = Int32Array.from(keys.keys()).sort((a, b) => (keys[a] < keys[b] ? -1 : 1));
  return { keys: Array.from(numbers, (number) => keys[number]), numbers };
}
