import { CounterRandom } from '../base/random.js';
import type { TrainingChunk } from './embedding-model.js';
import { headProbabilities, UniformNegatives } from './negative-sampling.js';
import { shuffle, shuffledRange } from './shuffle.js';
import { selectTriples, type Triples, tripleCount } from './triples.js';

/**
 * Cuts an epoch into chunks. Every chunk replaces one side, and has one relation where the model asks for it; the chunks
 * come in random order. All that is random is a function of (seed, epoch), so any epoch can be repeated.
 */
export interface ChunkOptions {
  readonly positives: number;
  readonly negatives: number;
  readonly grouping: 'any' | 'relation';
  /** `both`: each triple once with either side replaced. `tail`: for reciprocal relations. */
  readonly corruption: 'both' | 'uniform' | 'bernoulli' | 'tail';
  readonly seed: number;
}

export class ChunkSequence {
  private readonly headProbability: Float64Array | undefined;
  private readonly sampler: UniformNegatives;

  constructor(
    private readonly triples: Triples,
    private readonly shape: { readonly entities: number; readonly relations: number },
    private readonly options: ChunkOptions,
  ) {
    this.sampler = new UniformNegatives(shape.entities, options.negatives, options.seed);
    if (options.corruption === 'bernoulli') this.headProbability = headProbabilities(triples, shape.relations);
  }

  /** The chunks of one epoch; arrays of a chunk live until the next one is asked for. */
  *epoch(epoch: number): Generator<TrainingChunk & { readonly index: number; readonly count: number }> {
    const entries = this.entries(epoch);
    const ranges = this.ranges(entries, epoch);
    const { seed } = this.options;
    const order = shuffledRange(ranges.length, seed, 'embedding.chunk-order', epoch);
    for (const [index, at] of order.entries()) {
      const [from, to] = ranges[at];
      const chunk = entries.subarray(from, to);
      yield {
        ...selectTriples(
          this.triples,
          chunk.map((entry) => entry >>> 1),
        ),
        negatives: this.sampler.draw(epoch * ranges.length + index),
        corrupt: (chunk[0] & 1) === 1 ? 'head' : 'tail',
        index,
        count: ranges.length,
      };
    }
  }

  /** Shuffled 2 * triple + (1 where the head is replaced). */
  private entries(epoch: number): Uint32Array {
    const count = tripleCount(this.triples);
    const { corruption, seed } = this.options;
    let entries: Uint32Array;
    if (corruption === 'both') entries = Uint32Array.from({ length: 2 * count }, (_, i) => i);
    else {
      const random = new CounterRandom(seed, 'embedding.side');
      entries = Uint32Array.from({ length: count }, (_, i) => 2 * i + this.side(i, epoch, random));
    }
    shuffle(entries, seed, 'embedding.epoch', epoch);
    return entries;
  }

  private side(triple: number, epoch: number, random: CounterRandom): 0 | 1 {
    if (this.options.corruption === 'tail') return 0;
    const head = this.headProbability?.[this.triples.relations[triple]] ?? 0.5;
    return random.uniform(epoch, triple) < head ? 1 : 0;
  }

  /** Orders the entries by group, keeping their random order inside, and cuts the groups. */
  private ranges(entries: Uint32Array, epoch: number): [number, number][] {
    const { grouping, positives } = this.options;
    const groupOf = (entry: number) =>
      (grouping === 'relation' ? this.triples.relations[entry >>> 1] * 2 : 0) + (entry & 1);
    const groups = grouping === 'relation' ? this.shape.relations * 2 : 2;
    const offsets = sortByGroup(entries, groupOf, groups);
    const ranges: [number, number][] = [];
    for (let group = 0; group < groups; group++) {
      for (let from = offsets[group]; from < offsets[group + 1]; from += positives) {
        ranges.push([from, Math.min(from + positives, offsets[group + 1])]);
      }
    }
    if (ranges.length === 0) throw new RangeError(`epoch ${epoch} has no triples`);
    return ranges;
  }
}

/** Counting sort, stable and in place. @returns where each group starts, and the end */
function sortByGroup(entries: Uint32Array, groupOf: (entry: number) => number, groups: number): Uint32Array {
  const offsets = new Uint32Array(groups + 1);
  for (const entry of entries) offsets[groupOf(entry) + 1]++;
  for (let group = 0; group < groups; group++) offsets[group + 1] += offsets[group];
  const next = offsets.slice();
  const sorted = new Uint32Array(entries.length);
  for (const entry of entries) sorted[next[groupOf(entry)]++] = entry;
  entries.set(sorted);
  return offsets;
}
