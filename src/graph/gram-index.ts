/**
 * Postings of overlapping grams (inverted index, Zobel and Moffat 2006): for each pair of neighbouring UTF-16 units, and
 * for each single unit, the texts that hold it, ascending and each once. Pairs answer queries of two characters, the
 * commonest in Chinese, which trigrams cannot; longer queries begin at their rarest pair. All in typed arrays, built by two
 * counting passes. Letters: T texts, U units of all texts, G distinct pairs.
 */
import type { SlicedWork } from '../base/sliced-work.js';

export interface PackedTexts {
  /** [U] UTF-16 units of all texts one after another. */
  readonly units: Uint16Array;
  /** [T + 1] text t is units[offsets[t] .. offsets[t + 1]). */
  readonly offsets: Uint32Array;
}

const UNITS = 1 << 16;
/** In a table of numbers: none. Numbers are kept one higher. */
const NONE = 0;
/** Texts between pauses. */
const PAUSE = 1 << 14;

export class GramIndex {
  private constructor(
    private readonly singles: Postings,
    private readonly pairs: Postings,
    private readonly table: PairTable,
  ) {}

  static *buildInSlices(texts: PackedTexts): SlicedWork<GramIndex> {
    const singles = yield* postings(texts, 1, UNITS, (at) => texts.units[at]);
    // Each pair's number is looked up once and kept for both passes.
    const numbers = new Uint32Array(texts.units.length);
    const table = new PairTable();
    yield* forEachGram(texts, 2, (at) => (numbers[at] = table.add(pairAt(texts.units, at))));
    const pairs = yield* postings(texts, 2, table.size, (at) => numbers[at]);
    return new GramIndex(singles, pairs, table);
  }

  /** Texts that may hold the query, ascending: exactly those for one or two units, a superset for more. */
  candidates(query: Uint16Array): Candidates {
    if (query.length === 0) return NO_CANDIDATES;
    if (query.length === 1) return listOf(this.singles, query[0]);
    const lists: Candidates[] = [];
    for (let at = 0; at + 1 < query.length; at++) {
      const number = this.table.find(pairAt(query, at));
      if (number === undefined) return NO_CANDIDATES;
      lists.push(listOf(this.pairs, number));
    }
    if (lists.length === 1) return lists[0];
    const [rarest, next] = lists.map(({ texts }) => texts).sort((x, y) => x.length - y.length);
    return { texts: inBoth(rarest, next) };
  }
}

export interface Candidates {
  readonly texts: Uint32Array;
  /** Of each text, where they are exact. */
  readonly places?: Uint8Array;
}

/** Where a gram stands in a text: it is the whole text, its beginning, or further inside. */
export const PLACES = { whole: 0, beginning: 1, inside: 2 } as const;

const NO_CANDIDATES: Candidates = { texts: new Uint32Array(0) };

/** What two ascending lists have in common. */
function inBoth(some: Uint32Array, others: Uint32Array): Uint32Array {
  const both = new Uint32Array(some.length);
  let count = 0;
  let at = 0;
  for (const text of some) {
    while (at < others.length && others[at] < text) at++;
    if (others[at] === text) both[count++] = text;
  }
  return both.subarray(0, count);
}

interface Postings {
  /** [grams + 1] */
  readonly starts: Uint32Array;
  readonly texts: Uint32Array;
  /** Where the gram stands first in each. */
  readonly places: Uint8Array;
}

function listOf({ starts, texts, places }: Postings, gram: number): Candidates {
  const [start, end] = [starts[gram], starts[gram + 1]];
  return { texts: texts.subarray(start, end), places: places.subarray(start, end) };
}

/** Counting sort of (gram, text); a gram that a text repeats counts once. */
function* postings(
  texts: PackedTexts,
  length: 1 | 2,
  grams: number,
  gramAt: (at: number) => number,
): SlicedWork<Postings> {
  const starts = new Uint32Array(grams + 1);
  const last = new Uint32Array(grams);
  yield* forEachGram(texts, length, (at, text) => {
    const gram = gramAt(at);
    if (last[gram] === text + 1) return;
    last[gram] = text + 1;
    starts[gram + 1]++;
  });
  for (let gram = 0; gram < grams; gram++) starts[gram + 1] += starts[gram];
  const next = starts.slice(0, grams);
  const list = new Uint32Array(starts[grams]);
  const places = new Uint8Array(starts[grams]);
  last.fill(NONE);
  yield* forEachGram(texts, length, (at, text) => {
    const gram = gramAt(at);
    if (last[gram] === text + 1) return;
    last[gram] = text + 1;
    places[next[gram]] = placeOf(texts.offsets, text, at, length);
    list[next[gram]++] = text;
  });
  return { starts, texts: list, places };
}

function placeOf(offsets: Uint32Array, text: number, at: number, length: number): number {
  if (at > offsets[text]) return PLACES.inside;
  return at + length === offsets[text + 1] ? PLACES.whole : PLACES.beginning;
}

function* forEachGram(
  { offsets }: PackedTexts,
  length: 1 | 2,
  visit: (at: number, text: number) => void,
): SlicedWork<void> {
  for (let text = 0; text + 1 < offsets.length; text++) {
    for (let at = offsets[text]; at + length <= offsets[text + 1]; at++) visit(at, text);
    if (text % PAUSE === 0) yield;
  }
}

function pairAt(units: Uint16Array, at: number): number {
  return ((units[at] << 16) | units[at + 1]) >>> 0;
}

/** Pairs to dense numbers: open addressing, linear probing, at most half full. */
class PairTable {
  private pairs = new Uint32Array(1 << 10);
  private numbers = new Uint32Array(1 << 10);
  size = 0;

  add(pair: number): number {
    const slot = this.slotOf(pair);
    if (this.numbers[slot] !== NONE) return this.numbers[slot] - 1;
    this.pairs[slot] = pair;
    this.numbers[slot] = ++this.size;
    if (this.size * 2 > this.pairs.length) this.grow();
    return this.size - 1;
  }

  find(pair: number): number | undefined {
    const number = this.numbers[this.slotOf(pair)];
    return number === NONE ? undefined : number - 1;
  }

  /** Where the pair is, or would be. */
  private slotOf(pair: number): number {
    const mask = this.pairs.length - 1;
    let slot = (Math.imul(pair, 0x9e3779b1) >>> 7) & mask;
    while (this.numbers[slot] !== NONE && this.pairs[slot] !== pair) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { pairs, numbers } = this;
    this.pairs = new Uint32Array(pairs.length * 2);
    this.numbers = new Uint32Array(pairs.length * 2);
    for (let i = 0; i < pairs.length; i++) {
      if (numbers[i] === NONE) continue;
      const slot = this.slotOf(pairs[i]);
      this.pairs[slot] = pairs[i];
      this.numbers[slot] = numbers[i];
    }
  }
}
