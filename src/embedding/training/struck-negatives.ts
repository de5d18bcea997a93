import type { KnownTriples } from '../known-triples.js';
import type { Triples } from '../triples.js';

/** Finds the negatives of a chunk that are true answers of a positive, so that they do not count as false. */
export class StruckNegatives {
  /** Last place of an entity among the negatives plus 1; 0: it is none. */
  private readonly last: Int32Array;

  constructor(
    private readonly known: KnownTriples,
    entities: number,
  ) {
    this.last = new Int32Array(entities);
  }

  /** Places i * n + j: negative j is a known answer of positive i. */
  places({ heads, relations, tails }: Triples, negatives: Int32Array, corrupt: 'head' | 'tail'): Int32Array {
    const n = negatives.length;
    // Earlier places of the same entity hang behind its last one.
    const earlier = new Int32Array(n);
    for (let j = 0; j < n; j++) {
      earlier[j] = this.last[negatives[j]];
      this.last[negatives[j]] = j + 1;
    }
    const places: number[] = [];
    for (let i = 0; i < heads.length; i++) {
      const answers =
        corrupt === 'tail' ? this.known.tails(heads[i], relations[i]) : this.known.heads(relations[i], tails[i]);
      for (const answer of answers) {
        for (let j = this.last[answer]; j > 0; j = earlier[j - 1]) places.push(i * n + j - 1);
      }
    }
    for (const negative of negatives) this.last[negative] = 0;
    return Int32Array.from(places);
  }
}
