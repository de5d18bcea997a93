/**
 * Ranks senses by how often the table saw each, whatever the text says: the most frequent sense, which any model has to
 * beat, with probabilities that are shares of the counts. Its states are bags of the words around, hashed, so that own senses
 * are told by usage examples without a model too.
 */
import type { SenseInventory } from '../inventory/sense-inventory.js';
import { isOrdinaryWord } from './ordinary-words.js';
import type { SensePlace, SenseRanker } from './sense-ranker.js';

/** Buckets of the bag. */
const WIDTH = 4096;
/** Words either side whose places count, and how much. */
const PHRASE = 2;
const PHRASE_WEIGHT = 0.5;
/** A sense that the table never counted is not impossible. */
const UNCOUNTED = 0.5;

export class FrequencyRanker implements SenseRanker {
  readonly temperature = 1;
  /** [classes] logarithm of the counts of all forms. */
  private readonly priors: Float32Array;

  constructor(readonly inventory: SenseInventory) {
    this.priors = Float32Array.from(inventory.senses, ({ variants }) =>
      Math.log(variants.reduce((sum, { count }) => sum + count, UNCOUNTED)),
    );
  }

  async rank(places: readonly SensePlace[], candidates: readonly (readonly number[])[]): Promise<Float32Array[]> {
    return places.map((_, i) => Float32Array.from(candidates[i], (sense) => this.priors[sense]));
  }

  async states(places: readonly SensePlace[]): Promise<Float32Array[]> {
    return places.map(bagOf);
  }
}

/**
 * Each word around once, the nearer the more; the two words before and behind also by where they stand, function words too,
 * which a fixed phrase has. Weights as they told own senses apart best (bench/disambiguate.mjs).
 */
function bagOf({ words, location }: SensePlace): Float32Array {
  const bag = new Float32Array(WIDTH);
  const put = (feature: string, weight: number) => {
    const bucket = bucketOf(feature);
    bag[bucket] = Math.max(bag[bucket], weight);
  };
  for (const [i, word] of words.entries()) {
    const offset = i - location;
    const distance = Math.abs(offset);
    if (distance > 0 && !isOrdinaryWord(word)) put(word, 1 / Math.sqrt(distance));
    if (distance > 0 && distance <= PHRASE) put(`${offset} ${word}`, PHRASE_WEIGHT / distance);
  }
  return bag;
}

/** FNV-1a over UTF-16 units. */
function bucketOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % WIDTH;
}
