import type { SenseBatch } from './sense-batch.js';
import type { RecurrentConfig } from './sense-config.js';
import { stateWidth } from './sense-config.js';

/**
 * Between an LSTM, which runs over tokens without padding, and the program behind it: `lstm` reads the states at Q places, `lstm-sa`
 * those of B windows of S tokens. Letters as in sense-program.ts.
 */

/** @param states [tokens, D] window after window @returns [Q, D] or [B S, D] */
export function statesForProgram(states: Float32Array, batch: SenseBatch, config: RecurrentConfig): Float32Array {
  const width = stateWidth(config);
  const out = new Float32Array(rowsOfProgram(batch, config) * width);
  forEachRow(batch, config, (token, row) => {
    out.set(states.subarray(token * width, (token + 1) * width), row * width);
  });
  return out;
}

/** The way back. @param gradient [Q, D] or [B S, D] @returns [tokens, D] */
export function gradientOfStates(gradient: Float32Array, batch: SenseBatch, config: RecurrentConfig): Float32Array {
  const width = stateWidth(config);
  const out = new Float32Array(batch.words.length * width);
  forEachRow(batch, config, (token, row) => {
    out.set(gradient.subarray(row * width, (row + 1) * width), token * width);
  });
  return out;
}

export function rowsOfProgram({ shape }: SenseBatch, { model }: RecurrentConfig): number {
  return model === 'lstm' ? shape.places : shape.samples * shape.tokens;
}

/** Calls with each token that the program reads and its row there. */
function forEachRow(
  { shape, lengths, inputs }: SenseBatch,
  { model }: RecurrentConfig,
  visit: (token: number, row: number) => void,
): void {
  const { tokens: width } = shape;
  const places = inputs['inversePlaces'] as Int32Array;
  let token = 0;
  lengths.forEach((length, b) => {
    for (let i = 0; i < length; i++, token++) {
      const position = b * width + i;
      if (model !== 'lstm') visit(token, position);
      else if (places[position] < shape.places) visit(token, places[position]);
    }
  });
}
