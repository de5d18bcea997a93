/**
 * A trie in two arrays (Aoe 1989, "An efficient digital search algorithm by using a double-array structure"): state s
 * moves by character class c to base[s] + c where check of that place is s. Characters are mapped to dense classes, so
 * that 100,000 Chinese names fit a few megabytes. Walks from one start take at most the longest pattern's steps.
 */
export class DoubleArrayTrie {
  private base: Int32Array;
  private check: Int32Array;
  /** Pattern number + 1 at the state where it ends, else 0. */
  private ends: Int32Array;
  private firstFree = 1;

  /**
   * @param patterns distinct, not empty
   * @param classes [65536] class of each UTF-16 unit; units of no pattern have 0
   */
  constructor(
    patterns: readonly string[],
    private readonly classes: Uint16Array,
    private readonly classCount: number,
  ) {
    const size = patterns.reduce((sum, pattern) => sum + pattern.length, classCount * 2 + 16);
    this.base = new Int32Array(size);
    this.check = new Int32Array(size).fill(-1);
    this.ends = new Int32Array(size);
    this.build(patterns);
  }

  /** The state after `unit`, or -1. The root is state 0. */
  next(state: number, unit: number): number {
    const target = this.base[state] + this.classes[unit];
    return this.check[target] === state ? target : -1;
  }

  /** The pattern that ends at the state, or -1. */
  patternAt(state: number): number {
    return this.ends[state] - 1;
  }

  private build(patterns: readonly string[]): void {
    const coded = patterns.map((pattern) =>
      Array.from({ length: pattern.length }, (_, i) => this.classes[pattern.charCodeAt(i)]),
    );
    const order = Array.from(patterns.keys()).sort((a, b) => compareCodes(coded[a], coded[b]));
    this.check[0] = 0;
    const stack: { state: number; low: number; high: number; depth: number }[] = [
      { state: 0, low: 0, high: order.length, depth: 0 },
    ];
    for (let node = stack.pop(); node; node = stack.pop()) {
      const { state, depth } = node;
      let { low } = node;
      if (low < node.high && coded[order[low]].length === depth) this.ends[state] = order[low++] + 1;
      const children = childRanges(coded, order, low, node.high, depth);
      if (children.length === 0) continue;
      const base = this.place(children.map(({ code }) => code));
      this.base[state] = base;
      for (const { code } of children) this.check[base + code] = state;
      for (const { code, from, to } of children)
        stack.push({ state: base + code, low: from, high: to, depth: depth + 1 });
    }
  }

  /** The lowest base at which all codes fall on free places; the search pointer moves past regions that are full. */
  private place(codes: readonly number[]): number {
    let taken = 0;
    for (let place = Math.max(this.firstFree, codes[0] + 1); ; place++) {
      this.ensure(place + this.classCount);
      if (this.check[place] !== -1) {
        taken++;
        continue;
      }
      const base = place - codes[0];
      if (!codes.every((code) => this.check[base + code] === -1)) continue;
      const seen = place - this.firstFree + 1;
      if (taken / seen >= 0.95) this.firstFree = place;
      return base;
    }
  }

  private ensure(size: number): void {
    if (size < this.base.length) return;
    const grow = (array: Int32Array, fill: number) => {
      const larger = new Int32Array(size * 2).fill(fill);
      larger.set(array);
      return larger;
    };
    this.base = grow(this.base, 0);
    this.check = grow(this.check, -1);
    this.ends = grow(this.ends, 0);
  }
}

interface ChildRange {
  code: number;
  from: number;
  to: number;
}

/** The distinct codes at `depth` of the sorted patterns [low, high), each with its range. */
function childRanges(coded: number[][], order: number[], low: number, high: number, depth: number): ChildRange[] {
  const children: ChildRange[] = [];
  for (let i = low; i < high; i++) {
    const code = coded[order[i]][depth];
    const last = children.at(-1);
    if (last?.code === code) last.to = i + 1;
    else children.push({ code, from: i, to: i + 1 });
  }
  return children;
}

function compareCodes(a: number[], b: number[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}
