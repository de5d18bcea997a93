import type { SenseBatch } from './sense-batch.js';
import type { SenseConfig } from './sense-config.js';
import type { RecurrentBatch } from './token-batch.js';

/**
 * Between an LSTM, which runs over tokens without padding, and the program behind it: the program reads the states at Q places, or
 * those of whole texts, B of S tokens with padding. Letters as in sense-program.ts.
 */

/** Which row of the program's states each token is. */
export interface StateRows {
  readonly count: number;
  /** [tokens] -1 for a token that the program does not read. */
  readonly rows: Int32Array;
}

export type StateLayout<B> = (batch: B) => StateRows;

/** Of a model of senses: `lstm` reads its places, the others whole texts. */
export function layoutOf({ model }: Pick<SenseConfig, 'model'>): StateLayout<SenseBatch> {
  return model === 'lstm' ? placeRows : sequenceRows;
}

function placeRows({ shape, lengths, words, inputs }: SenseBatch): StateRows {
  const places = inputs['inversePlaces'] as Int32Array;
  const rows = new Int32Array(words.length);
  forEachToken(lengths, shape.tokens, (token, position) => {
    rows[token] = places[position] < shape.places ? places[position] : -1;
  });
  return { count: shape.places, rows };
}

export function sequenceRows({ shape, lengths, words }: RecurrentBatch): StateRows {
  const rows = new Int32Array(words.length);
  forEachToken(lengths, shape.tokens, (token, position) => {
    rows[token] = position;
  });
  return { count: shape.samples * shape.tokens, rows };
}

/** @param states [tokens, D] text after text @returns [count, D] */
export function statesForProgram(states: Float32Array, { count, rows }: StateRows, width: number): Float32Array {
  const out = new Float32Array(count * width);
  rows.forEach((row, token) => {
    if (row >= 0) out.set(states.subarray(token * width, (token + 1) * width), row * width);
  });
  return out;
}

/** The way back. @param gradient [count, D] @returns [tokens, D] */
export function gradientOfStates(gradient: Float32Array, { rows }: StateRows, width: number): Float32Array {
  const out = new Float32Array(rows.length * width);
  rows.forEach((row, token) => {
    if (row >= 0) out.set(gradient.subarray(row * width, (row + 1) * width), token * width);
  });
  return out;
}

/** Calls with each token and its position among B S. */
function forEachToken(lengths: Int32Array, width: number, visit: (token: number, position: number) => void): void {
  let token = 0;
  lengths.forEach((length, b) => {
    for (let i = 0; i < length; i++, token++) visit(token, b * width + i);
  });
}
