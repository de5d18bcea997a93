/**
 * Which split an article belongs to, by a seeded hash of its id: all its texts and samples are in the same one, whatever
 * order they come in and whatever else is there.
 */
import { CounterRandom, hashPurpose } from '../../base/random.js';
import type { SplitName } from '../samples/sample-layout.js';

export interface SplitShares {
  readonly valid: number;
  readonly test: number;
}

export class SplitChooser {
  private readonly random: CounterRandom;

  constructor(
    seed: number,
    private readonly shares: SplitShares,
  ) {
    this.random = new CounterRandom(seed, 'medal.split');
  }

  /** @param article its id, or its text where it has none */
  choose(article: string): SplitName {
    const draw = this.random.uniform(hashPurpose(article), article.length);
    if (draw < this.shares.test) return 'test';
    return draw < this.shares.test + this.shares.valid ? 'valid' : 'train';
  }
}
