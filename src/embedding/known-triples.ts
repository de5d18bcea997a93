import type { EmbeddingShape } from './embedding-model.js';
import { type Triples, tripleCount } from './triples.js';

/**
 * Which tails a (head, relation) is known to have, and which heads a (relation, tail): sorted keys, searched by
 * bisection. A key is a number (anchor * relations + relation) * entities + other, exact below 2^53.
 */
export class KnownTriples {
  private readonly byHead: Float64Array;
  private readonly byTail: Float64Array;

  constructor(
    private readonly shape: Pick<EmbeddingShape, 'entities' | 'relations'>,
    ...lists: Triples[]
  ) {
    const count = lists.reduce((sum, list) => sum + tripleCount(list), 0);
    this.byHead = new Float64Array(count);
    this.byTail = new Float64Array(count);
    let at = 0;
    for (const { heads, relations, tails } of lists) {
      for (let i = 0; i < heads.length; i++, at++) {
        this.byHead[at] = this.base(heads[i], relations[i]) + tails[i];
        this.byTail[at] = this.base(tails[i], relations[i]) + heads[i];
      }
    }
    this.byHead.sort();
    this.byTail.sort();
  }

  /** Ascending; repeated when a triple was given twice. */
  tails(head: number, relation: number): number[] {
    return this.others(this.byHead, head, relation);
  }

  heads(relation: number, tail: number): number[] {
    return this.others(this.byTail, tail, relation);
  }

  has(head: number, relation: number, tail: number): boolean {
    const key = this.base(head, relation) + tail;
    return this.byHead[lowerBound(this.byHead, key)] === key;
  }

  private base(anchor: number, relation: number): number {
    return (anchor * this.shape.relations + relation) * this.shape.entities;
  }

  private others(keys: Float64Array, anchor: number, relation: number): number[] {
    const base = this.base(anchor, relation);
    const found: number[] = [];
    for (let at = lowerBound(keys, base); at < keys.length && keys[at] < base + this.shape.entities; at++) {
      found.push(keys[at] - base);
    }
    return found;
  }
}

function lowerBound(keys: Float64Array, key: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
