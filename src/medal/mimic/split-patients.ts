import { CounterRandom, hashPurpose } from '../../base/random.js';
import type { SplitName } from '../samples/sample-layout.js';

export interface SplitShares {
  readonly valid: number;
  readonly test: number;
  readonly seed: number;
}

const PURPOSE = 'medal.mimic.split';

/**
 * Deals patients to training, validation and test, each once: of those with a positive note and of those without the same
 * shares. A patient's draw hangs on the id alone, whatever the order in the files.
 * @param positive of each patient, whether one of the notes is
 */
export function splitPatients(
  positive: ReadonlyMap<string, boolean>,
  { valid, test, seed }: SplitShares,
): Map<string, SplitName> {
  const random = new CounterRandom(seed, PURPOSE);
  const splits = new Map<string, SplitName>();
  for (const label of [true, false]) {
    const drawn = [...positive]
      .filter(([, isPositive]) => isPositive === label)
      .map(([patient]) => ({ patient, draw: random.uint32(0, hashPurpose(patient)) }))
      .sort((a, b) => a.draw - b.draw || (a.patient < b.patient ? -1 : 1));
    const [train, trainAndValid] = [1 - valid - test, 1 - test].map((share) => Math.round(share * drawn.length));
    drawn.forEach(({ patient }, at) => {
      splits.set(patient, at < train ? 'train' : at < trainAndValid ? 'valid' : 'test');
    });
  }
  return splits;
}
