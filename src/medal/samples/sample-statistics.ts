/**
 * What a sample set holds: how many classes and abbreviations occur, how ambiguous they are, and how far one gets by always
 * choosing the sense that is the most frequent in the training split.
 */
import type { SenseInventory } from '../inventory/sense-inventory.js';

export interface CountedSplit {
  readonly texts: number;
  /** [samples] */
  readonly classes: Int32Array;
}

export interface SplitStatistics {
  readonly texts: number;
  readonly samples: number;
  /** Different ones that occur. */
  readonly classes: number;
  readonly abbreviations: number;
  /** Share of samples that have the most frequent sense of their abbreviation in the training split. */
  readonly mostFrequentSense: number;
}

export interface SetStatistics {
  readonly samples: number;
  readonly classes: number;
  readonly abbreviations: number;
  /** Senses that occur, for each abbreviation that occurs. */
  readonly sensesPerAbbreviation: number;
  readonly mostSenses: number;
  /** Abbreviations that occur with more than one sense, and the share of samples that they have. */
  readonly ambiguousAbbreviations: number;
  readonly ambiguousSamples: number;
}

/** [classes] how often each occurs. */
export function countClasses(inventory: SenseInventory, classes: Iterable<number>): Int32Array {
  const counts = new Int32Array(inventory.size);
  for (const sense of classes) counts[sense]++;
  return counts;
}

/** @param training [classes] counts of the training split, or of the split itself where there is none */
export function splitStatistics(
  inventory: SenseInventory,
  { texts, classes }: CountedSplit,
  training: Int32Array,
): SplitStatistics {
  const counts = countClasses(inventory, classes);
  let [frequent, seen, abbreviations] = [0, 0, 0];
  for (const senses of sensesOfAbbreviations(inventory)) {
    const own = senses.filter((sense) => counts[sense] > 0);
    seen += own.length;
    if (own.length > 0) abbreviations++;
    const first = senses.reduce((best, sense) => (training[sense] > training[best] ? sense : best), senses[0]);
    if (training[first] > 0) frequent += counts[first];
  }
  const samples = classes.length;
  return { texts, samples, classes: seen, abbreviations, mostFrequentSense: samples === 0 ? 0 : frequent / samples };
}

/** @param counts [classes] of all splits together */
export function setStatistics(inventory: SenseInventory, counts: Int32Array): SetStatistics {
  let [samples, classes, abbreviations, mostSenses, ambiguous, ambiguousSamples] = [0, 0, 0, 0, 0, 0];
  for (const senses of sensesOfAbbreviations(inventory)) {
    const own = senses.filter((sense) => counts[sense] > 0);
    const total = own.reduce((sum, sense) => sum + counts[sense], 0);
    samples += total;
    classes += own.length;
    if (own.length > 0) abbreviations++;
    mostSenses = Math.max(mostSenses, own.length);
    if (own.length < 2) continue;
    ambiguous++;
    ambiguousSamples += total;
  }
  return {
    samples,
    classes,
    abbreviations,
    sensesPerAbbreviation: abbreviations === 0 ? 0 : classes / abbreviations,
    mostSenses,
    ambiguousAbbreviations: ambiguous,
    ambiguousSamples: samples === 0 ? 0 : ambiguousSamples / samples,
  };
}

/** All senses, those that are nobody's candidate too: a table may name them. */
function sensesOfAbbreviations({ senses }: SenseInventory): Iterable<number[]> {
  const lists = new Map<string, number[]>();
  for (const [sense, { abbreviation }] of senses.entries()) {
    const list = lists.get(abbreviation);
    if (list) list.push(sense);
    else lists.set(abbreviation, [sense]);
  }
  return lists.values();
}
