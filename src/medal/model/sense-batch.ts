import type { NamedData } from '../../engine/engine.js';
import { type SenseShape, shapeKey } from './sense-config.js';
import { CUES } from './text-cues.js';
import { type BatchSizes, collateTokens, type RecurrentBatch, roundUp } from './token-batch.js';

/** A window as a model reads it, with what is asked there. Candidates and senses are numbers of the inventory. */
export interface EncodedWindow {
  readonly tokens: Int32Array;
  /** Token of each place. */
  readonly places: Int32Array;
  /** The right sense of each place; empty where nobody knows. */
  readonly senses: Int32Array;
  /** The senses that stand to choose at each place. */
  readonly candidates: readonly (readonly number[])[];
  /** Of each place what the text says of its candidates, [candidates, 2]; absent where a model reads no cues. */
  readonly cues?: readonly Float32Array[];
}

export interface SenseBatch extends RecurrentBatch {
  readonly shape: SenseShape;
}

/** Sizes are rounded up, so that few programs serve all batches. */
const PLACES_WIDTH = 16;
const CANDIDATES_WIDTH = 64;

export function collateSenses(windows: readonly EncodedWindow[], sizes: BatchSizes): SenseBatch {
  const { shape: padded, tokens, words, lengths, inputs, counts } = collateTokens(windows, sizes);
  const count = windows.reduce((sum, { places }) => sum + places.length, 0);
  const candidates = candidatesOf(windows);
  const shape = {
    ...padded,
    places: roundUp(count, PLACES_WIDTH),
    candidates: powerAbove(candidates.length, CANDIDATES_WIDTH),
  };
  return {
    key: shapeKey(shape),
    shape,
    inputs: { ...inputs, ...placeInputs(windows, shape), ...candidateInputs(windows, candidates, shape) },
    lookups: { tokens, candidates: filled(candidates, shape.candidates) },
    words,
    lengths,
    counts: { ...counts, places: count },
  };
}

/** All candidates of the batch, each once, ascending. */
function candidatesOf(windows: readonly EncodedWindow[]): number[] {
  const all = new Set<number>();
  for (const { candidates } of windows) for (const senses of candidates) for (const sense of senses) all.add(sense);
  return [...all].sort((a, b) => a - b);
}

function placeInputs(windows: readonly EncodedWindow[], { samples, tokens, places: count }: SenseShape): NamedData {
  const places = new Int32Array(count).fill(samples * tokens);
  const inversePlaces = new Int32Array(samples * tokens).fill(count);
  const placeWeights = new Float32Array(count);
  const labels = new Int32Array(count);
  let q = 0;
  windows.forEach((window, b) => {
    window.places.forEach((token, i) => {
      places[q] = b * tokens + token;
      inversePlaces[places[q]] = q;
      if (window.senses.length > 0) {
        placeWeights[q] = 1;
        labels[q] = window.senses[i];
      }
      q++;
    });
  });
  return { places, inversePlaces, placeWeights, labels };
}

function candidateInputs(
  windows: readonly EncodedWindow[],
  candidates: readonly number[],
  { places, candidates: width }: SenseShape,
): NamedData {
  const columns = new Map(candidates.map((sense, column) => [sense, column]));
  const candidateMask = new Float32Array(places * width);
  const candidateLabels = new Int32Array(places);
  const hasCues = windows.some(({ cues }) => cues !== undefined);
  const candidateCues = new Float32Array(hasCues ? CUES * places * width : 0);
  let q = 0;
  for (const window of windows) {
    window.candidates.forEach((senses, i) => {
      senses.forEach((sense, k) => {
        const at = q * width + (columns.get(sense) as number);
        candidateMask[at] = 1;
        for (let cue = 0; cue < CUES && hasCues; cue++) {
          candidateCues[cue * places * width + at] = window.cues?.[i][CUES * k + cue] ?? 0;
        }
      });
      if (window.senses.length > 0) candidateLabels[q] = columns.get(window.senses[i]) as number;
      q++;
    });
  }
  return { candidateMask, candidateLabels, ...(hasCues && { candidateCues }) };
}

function filled(values: readonly number[], length: number): Int32Array {
  const list = new Int32Array(length);
  list.set(values);
  return list;
}

/** The least of `width`, 2 `width`, 4 `width`, ... that is not smaller. */
function powerAbove(count: number, width: number): number {
  let size = width;
  while (size < count) size *= 2;
  return size;
}
