import type { ParameterSpec } from '../../nn/parameter-store.js';
import { headName } from '../model/sense-config.js';
import { type StartValues, senseParameterSpecs } from '../model/sense-parameters.js';
import type { NoteConfig } from './note-config.js';
import { poolingSpecs } from './note-pooling.js';

/** Those of the encoder, the classifier and, of the learned query, `cls_query` and `cls_att`, by the reference's names. */
export function noteParameterSpecs(config: NoteConfig, start: StartValues = {}): ParameterSpec[] {
  return [...senseParameterSpecs(config, start), ...poolingSpecs(config)];
}

/** Parameters that a start cannot have: they are fresh in each task. */
export function freshNames(config: NoteConfig): string[] {
  const head = headName(config);
  return [`${head}.weight`, `${head}.bias`, ...poolingSpecs(config).map(({ name }) => name)];
}

/** Of an output that training never, or always, has. */
const UNSEEN = 0.5;

/**
 * [K] log-odds of each output among the training notes, so that the first guess is what counts know.
 * @param outputs true ones of each note
 */
export function logOdds(outputs: Iterable<Int32Array>, size: number): Float32Array {
  const counts = new Float64Array(size);
  let notes = 0;
  for (const mine of outputs) {
    notes++;
    for (const output of mine) counts[output]++;
  }
  return Float32Array.from(counts, (count) => {
    const share = (count + UNSEEN) / (notes + 2 * UNSEEN);
    return Math.log(share / (1 - share));
  });
}
