import type { SenseInventory } from '../inventory/sense-inventory.js';

/**
 * The guess of who knows no context: of each sense's abbreviation the sense that stood there most often in training; where none
 * did, the one that the table counted most often.
 * @param classes senses of the training samples
 * @returns [C] for each sense the guess at a place of its abbreviation
 */
export function mostFrequentSenses(classes: ArrayLike<number>, inventory: SenseInventory): Int32Array {
  const counts = new Float64Array(inventory.size);
  for (let i = 0; i < classes.length; i++) counts[classes[i]]++;
  const table = inventory.senses.map(({ variants }) => variants.reduce((sum, { count }) => sum + count, 0));
  const guesses = Int32Array.from({ length: inventory.size }, (_, sense) => sense);
  for (const abbreviation of inventory.abbreviations()) {
    const candidates = inventory.candidates(abbreviation);
    const [first] = [...candidates].sort((a, b) => counts[b] - counts[a] || table[b] - table[a] || a - b);
    for (const sense of candidates) guesses[sense] = first;
  }
  return guesses;
}

/** Of a sense that training does not have, in samples. */
const UNSEEN = 0.1;

/** [C] log of the share of each sense among the training samples: the classifier's bias that knows as much as counts do. */
export function logShares(classes: ArrayLike<number>, senses: number): Float32Array {
  const counts = new Float64Array(senses).fill(UNSEEN);
  for (let i = 0; i < classes.length; i++) counts[classes[i]]++;
  return Float32Array.from(counts, (count) => Math.log(count / classes.length));
}
