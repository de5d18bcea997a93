import { createHash } from 'node:crypto';
import type { GraphSnapshot, NameTable } from '../../graph/graph-snapshot.js';
import type { TripleSplit } from '../training/split-triples.js';
import { type Triples, tripleCount } from '../triples.js';

/**
 * Which data a model was judged on, so that two people can see that they ranked the same: SHA-256 over the triples by name.
 * The hashed text is, for each of train, valid and test, its name and its lines `head TAB relation TAB tail` sorted by bytes,
 * which a shell gives too: `for s in train valid test; do echo $s; LC_ALL=C sort $s.txt; done | sha256sum`.
 */
export interface DataFacts {
  readonly sha256: string;
  /** Triples. */
  readonly train: number;
  readonly valid: number;
  readonly test: number;
}

type Names = Pick<GraphSnapshot, 'entityCount' | 'relationCount' | 'entityNames' | 'relationNames'>;

/** Lines that are hashed together. */
const LINES = 8192;

export function dataFacts(snapshot: Names, { train, valid, test }: Omit<TripleSplit, 'places'>): DataFacts {
  const hash = createHash('sha256');
  const order = new LineOrder(snapshot);
  for (const [name, triples] of [
    ['train', train],
    ['valid', valid],
    ['test', test],
  ] as const) {
    hash.update(`${name}\n`);
    for (const lines of order.blocks(triples)) hash.update(lines);
  }
  return {
    sha256: hash.digest('hex'),
    train: tripleCount(train),
    valid: tripleCount(valid),
    test: tripleCount(test),
  };
}

/** Sorts triples by their lines without building these: a name's place stands for it, and a tab sorts before all text. */
class LineOrder {
  private readonly entities: NameOrder;
  private readonly relations: NameOrder;

  constructor({ entityCount, relationCount, entityNames, relationNames }: Names) {
    this.entities = nameOrder(entityNames, entityCount);
    this.relations = nameOrder(relationNames, relationCount);
  }

  *blocks({ heads, relations, tails }: Triples): Generator<string, void> {
    const { entities: e, relations: r } = this;
    const width = e.names.length;
    const keys = new Float64Array(heads.length);
    for (let at = 0; at < keys.length; at++) {
      keys[at] = (e.place[heads[at]] * r.names.length + r.place[relations[at]]) * width + e.place[tails[at]];
    }
    keys.sort();
    for (let from = 0; from < keys.length; from += LINES) {
      let text = '';
      for (const key of keys.subarray(from, from + LINES)) {
        const pair = Math.floor(key / width);
        const head = Math.floor(pair / r.names.length);
        text += `${e.names[head]}\t${r.names[pair - head * r.names.length]}\t${e.names[key - pair * width]}\n`;
      }
      yield text;
    }
  }
}

interface NameOrder {
  /** By id; equal names have equal places. */
  readonly place: Int32Array;
  /** By place; empty where no name has it. */
  readonly names: readonly string[];
}

function nameOrder(table: NameTable, count: number): NameOrder {
  const bytes = Array.from({ length: count }, (_, id) => Buffer.from(table.at(id)));
  const ids = Array.from(bytes.keys()).sort((a, b) => Buffer.compare(bytes[a], bytes[b]));
  const place = new Int32Array(count);
  const names = new Array<string>(count).fill('');
  for (const [at, id] of ids.entries()) {
    const isRepeated = at > 0 && bytes[id].equals(bytes[ids[at - 1]]);
    place[id] = isRepeated ? place[ids[at - 1]] : at;
    names[place[id]] = bytes[id].toString();
  }
  return { place, names };
}
