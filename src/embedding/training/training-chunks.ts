import { CounterRandom } from '../../base/random.js';
import type { TrainingChunk } from '../embedding-model.js';
import { selectTriples, type Triples, tripleCount } from '../triples.js';
import { headProbabilities, type NegativeSampler } from './negative-sampling.js';
import { shuffle, shuffledRange } from './shuffle.js';
import type { StruckNegatives } from './struck-negatives.js';

/**
 * Cuts an epoch into chunks. Every chunk replaces one side, and has one relation where the model asks for it; the chunks
 * come in random order. All that is random is a function of (seed, epoch), so any chunk of any epoch can be made again, by
 * any thread.
 */
export interface ChunkSource {
  epoch(epoch: number): EpochChunks;
}

export interface EpochChunks {
  readonly count: number;
  /** The arrays of a chunk live until the next one is asked for. */
  chunk(index: number): TrainingChunk;
}

export interface ChunkOptions {
  readonly positives: number;
  readonly grouping: 'any' | 'relation';
  /** `both`: each triple once with either side replaced. `tail`: for reciprocal relations. */
  readonly corruption: 'both' | 'uniform' | 'bernoulli' | 'tail';
  /** By relation, for `bernoulli`; absent: as the triples have it. */
  readonly headProbability?: Float64Array;
  readonly seed: number;
  readonly sampler: NegativeSampler;
  /** Takes true answers out of the negatives; absent: they stay. */
  readonly filter?: StruckNegatives;
  /** By triple; absent: all 1. */
  readonly weights?: Float32Array;
}

export class ChunkSequence implements ChunkSource {
  private readonly headProbability: Float64Array | undefined;

  constructor(
    private readonly triples: Triples,
    private readonly relationCount: number,
    private readonly options: ChunkOptions,
  ) {
    if (options.corruption !== 'bernoulli') return;
    this.headProbability = options.headProbability ?? headProbabilities(triples, relationCount);
  }

  epoch(epoch: number): EpochChunks {
    const entries = this.entries(epoch);
    const { grouping, positives, seed } = this.options;
    const { relations } = this.triples;
    const groupOf =
      grouping === 'relation'
        ? (entry: number) => 2 * relations[entry >>> 1] + (entry & 1)
        : (entry: number) => entry & 1;
    const ranges = cutGroups(entries, groupOf, grouping === 'relation' ? this.relationCount * 2 : 2, positives);
    if (ranges.length === 0) throw new RangeError(`epoch ${epoch} has no triples`);
    const order = shuffledRange(ranges.length, seed, 'embedding.chunk-order', epoch);
    return {
      count: ranges.length,
      chunk: (index) => this.chunkOf(entries.subarray(...ranges[order[index]]), epoch * ranges.length + index),
    };
  }

  private chunkOf(entries: Uint32Array, number: number): TrainingChunk {
    const { sampler, filter, weights } = this.options;
    const places = entries.map((entry) => entry >>> 1);
    const triples = selectTriples(this.triples, places);
    const corrupt = (entries[0] & 1) === 1 ? 'head' : 'tail';
    const negatives = sampler.draw(number, triples.relations[0], corrupt);
    return {
      ...triples,
      negatives,
      corrupt,
      number,
      ...(weights ? { weights: Float32Array.from(places, (place) => weights[place]) } : {}),
      ...(filter ? { struck: filter.places(triples, negatives, corrupt) } : {}),
    };
  }

  /** Shuffled 2 * triple + (1 where the head is replaced). */
  private entries(epoch: number): Uint32Array {
    const count = tripleCount(this.triples);
    const { corruption, seed } = this.options;
    const entries = new Uint32Array(corruption === 'both' ? 2 * count : count);
    if (corruption === 'both') for (let i = 0; i < entries.length; i++) entries[i] = i;
    else if (corruption === 'tail') for (let i = 0; i < count; i++) entries[i] = 2 * i;
    else this.drawSides(entries, epoch);
    shuffle(entries, seed, 'embedding.epoch', epoch);
    return entries;
  }

  private drawSides(entries: Uint32Array, epoch: number): void {
    const { relations } = this.triples;
    const { headProbability } = this;
    new CounterRandom(this.options.seed, 'embedding.side').fillUint32(entries, epoch);
    for (let i = 0; i < entries.length; i++) {
      const head = headProbability ? headProbability[relations[i]] : 0.5;
      entries[i] = 2 * i + (entries[i] / 2 ** 32 < head ? 1 : 0);
    }
  }
}

/** Orders the entries by group, keeping their order inside, and cuts the groups into ranges of at most `size`. */
export function cutGroups(
  entries: Uint32Array,
  groupOf: (entry: number) => number,
  groups: number,
  size: number,
): [number, number][] {
  const offsets = sortByGroup(entries, groupOf, groups);
  const ranges: [number, number][] = [];
  for (let group = 0; group < groups; group++) {
    for (let from = offsets[group]; from < offsets[group + 1]; from += size) {
      ranges.push([from, Math.min(from + size, offsets[group + 1])]);
    }
  }
  return ranges;
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
