/**
 * How much a place speaks for a sense that no model was trained on, as logarithmic odds against the best of
 * the trained senses.
 *
 * By usage examples: the prototype p is the mean of their states, each of length 1. The cosine of a place's state with p lies
 * between two levels: that of the abbreviation alone, without a word around (b), and that which the examples have with the
 * prototype of the others (l). Odds are 1:9 at b, 9:1 at l, and in between linear in the logarithm; what lies outside is cut.
 * By description and expansion: each of their words that stands around counts by how rare it is among all expansions; no such
 * word is 1:9, one that is as rare as can be 1:1, two 9:1, three 81:1. The better of the two counts.
 *
 * These odds are set, not learnt: they make own senses comparable to trained ones, and are not calibrated.
 */

import type { SenseInventory } from '../inventory/sense-inventory.js';
import { cleanWords } from '../substitution/clean-words.js';
import { placesOf } from './context-windows.js';
import { formPlace } from './form-place.js';
import { isOrdinaryWord } from './ordinary-words.js';
import type { OwnSense } from './own-senses.js';
import type { SensePlace, SenseRanker } from './sense-ranker.js';

const ODDS = Math.log(9);
/** Words of a description beyond these tell nothing more. */
const MOST_WORDS = 3;
/** The levels of examples lie apart at least by this. */
const LEAST_GAP = 0.05;

interface Prototype {
  readonly mean: Float32Array;
  readonly alone: number;
  readonly level: number;
}

export class OwnSenseEvidence {
  private readonly prototypes = new Map<OwnSense, Promise<Prototype>>();
  private readonly descriptions = new Map<OwnSense, ReadonlyMap<string, number>>();
  private rarities: ((word: string) => number) | undefined;

  constructor(private readonly ranker: SenseRanker) {}

  /**
   * @param abbreviation as places have it
   * @param state of the place; needed where the sense has examples
   */
  async of(sense: OwnSense, abbreviation: string, place: SensePlace, state?: Float32Array): Promise<number> {
    const described = this.byDescription(sense, place);
    if (sense.examples.length === 0 || state === undefined) return described;
    const prototype = this.prototypes.get(sense) ?? this.prototypeOf(sense, abbreviation);
    this.prototypes.set(sense, prototype);
    return Math.max(described, byExamples(await prototype, state));
  }

  private byDescription(sense: OwnSense, { words, location }: SensePlace): number {
    let described = this.descriptions.get(sense);
    if (described === undefined) {
      this.rarities ??= rarityAmong(this.ranker.inventory);
      described = weighedWords(sense, this.rarities);
      this.descriptions.set(sense, described);
    }
    let sum = 0;
    const seen = new Set<string>();
    for (const [i, word] of words.entries()) {
      const weight = i === location ? undefined : described.get(word);
      if (weight === undefined || seen.has(word)) continue;
      seen.add(word);
      sum += weight;
    }
    return ODDS * (Math.min(sum, MOST_WORDS) - 1);
  }

  private async prototypeOf({ examples, abbreviation: form }: OwnSense, abbreviation: string): Promise<Prototype> {
    const places = examples.flatMap((example) => {
      const found = formPlace(example, form);
      return found === undefined ? [] : placesOf(example, [{ ...found, abbreviation }]);
    });
    const alone: SensePlace = { words: [places[0].words[places[0].location]], location: 0 };
    const states = await this.ranker.states([...places, alone]);
    const units = states.map(unit);
    const none = units.pop() as Float32Array;
    const mean = unit(sumOf(units));
    const baseline = dot(mean, none);
    return { mean, alone: baseline, level: Math.max(levelOf(units, baseline), baseline + LEAST_GAP) };
  }
}

function byExamples({ mean, alone, level }: Prototype, state: Float32Array): number {
  const share = (dot(mean, unit(state)) - alone) / (level - alone);
  return ODDS * (2 * Math.min(Math.max(share, 0), 1) - 1);
}

/** The mean similarity of an example to the prototype of the others; of a single one half way to it. */
function levelOf(units: readonly Float32Array[], baseline: number): number {
  if (units.length === 1) return (1 + baseline) / 2;
  const all = sumOf(units);
  const others = units.map((own) => dot(own, unit(all.map((value, i) => value - own[i]))));
  return others.reduce((sum, value) => sum + value, 0) / units.length;
}

function weighedWords({ expansion, description }: OwnSense, rarity: (word: string) => number): Map<string, number> {
  const words = cleanWords(`${expansion} ${description ?? ''}`).filter(
    (word) => word.length > 1 && !isOrdinaryWord(word),
  );
  return new Map(words.map((word) => [word, rarity(word)]));
}

/** Inverse document frequency of words, each expansion a document; 1 for a word that no expansion has. */
function rarityAmong({ senses }: SenseInventory): (word: string) => number {
  const counts = new Map<string, number>();
  for (const { expansion } of senses) {
    for (const word of new Set(cleanWords(expansion))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const most = Math.log(senses.length + 1) || 1;
  return (word) => 1 - Math.log((counts.get(word) ?? 0) + 1) / most;
}

function sumOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0].length);
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i] += vector[i];
  return sum;
}

/** Of length 1; a vector of zeros stays one. */
function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return length > 0 ? vector.map((value) => value / length) : vector;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
