import type { SenseInventory } from '../inventory/sense-inventory.js';

/** Where an abbreviation stands, words parted by white space as the models saw them. */
export interface SensePlace {
  /** Places of one window share the array: what is computed of its words may be computed once. */
  readonly words: readonly string[];
  readonly location: number;
}

/** What tells the senses of an abbreviation apart: a trained model, or the counts of the table (frequency-ranker.ts). */
export interface SenseRanker {
  /** Logits of each place over ITS candidates (classes of the inventory), same order. */
  rank(places: readonly SensePlace[], candidates: readonly (readonly number[])[]): Promise<Float32Array[]>;
  /** State at LOCATION before the classifier, [places][width]; how own senses are compared by usage examples. */
  states(places: readonly SensePlace[]): Promise<Float32Array[]>;
  readonly inventory: SenseInventory;
  /** Calibration temperature (>0) learnt on validation data. */
  readonly temperature: number;
}
