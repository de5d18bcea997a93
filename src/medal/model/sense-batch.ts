import type { NamedData } from '../../engine/engine.js';
import type { TrainingBatch } from '../../nn/training-task.js';
import { type SenseShape, shapeKey } from './sense-config.js';
import { CUES } from './text-cues.js';

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

/** Tokens without padding too: a recurrent layer runs over them. */
export interface SenseBatch extends TrainingBatch {
  readonly shape: SenseShape;
  /** [sum of lengths], window after window. */
  readonly words: Int32Array;
  /** [B] */
  readonly lengths: Int32Array;
}

/** Sizes are rounded up, so that few programs serve all batches. */
const PLACES_WIDTH = 16;
const CANDIDATES_WIDTH = 64;

export interface BatchSizes {
  /** B; fewer windows are filled up with empty ones of one token. */
  readonly samples: number;
  /** S is a multiple of this. */
  readonly width: number;
  /** S at most: what the encoder makes. */
  readonly maximumTokens: number;
  readonly padding: number;
}

export function collateSenses(
  windows: readonly EncodedWindow[],
  { samples, width, maximumTokens, padding }: BatchSizes,
): SenseBatch {
  const longest = windows.reduce((most, { tokens }) => Math.max(most, tokens.length), 1);
  const count = windows.reduce((sum, { places }) => sum + places.length, 0);
  const candidates = candidatesOf(windows);
  const shape = {
    samples,
    tokens: Math.min(roundUp(longest, width), maximumTokens),
    places: roundUp(count, PLACES_WIDTH),
    candidates: powerAbove(candidates.length, CANDIDATES_WIDTH),
  };
  const lengths = new Int32Array(samples).fill(1);
  windows.forEach(({ tokens }, b) => void (lengths[b] = tokens.length));
  const padded = paddedTokens(windows, shape, padding);
  return {
    key: shapeKey(shape),
    shape,
    inputs: {
      ...padded.inputs,
      ...placeInputs(windows, shape),
      ...candidateInputs(windows, candidates, shape),
    },
    lookups: { tokens: padded.tokens, candidates: filled(candidates, shape.candidates) },
    words: raggedTokens(windows, lengths, padding),
    lengths,
    counts: {
      samples: windows.length,
      places: count,
      tokens: windows.reduce((sum, { tokens }) => sum + tokens.length, 0),
      positions: samples * shape.tokens,
    },
  };
}

/** All candidates of the batch, each once, ascending. */
function candidatesOf(windows: readonly EncodedWindow[]): number[] {
  const all = new Set<number>();
  for (const { candidates } of windows) for (const senses of candidates) for (const sense of senses) all.add(sense);
  return [...all].sort((a, b) => a - b);
}

function paddedTokens(
  windows: readonly EncodedWindow[],
  { samples, tokens: width }: SenseShape,
  padding: number,
): { tokens: Int32Array; inputs: NamedData } {
  const tokens = new Int32Array(samples * width).fill(padding);
  const attentionMask = new Float32Array(samples * width);
  windows.forEach((window, b) => {
    tokens.set(window.tokens, b * width);
    attentionMask.fill(1, b * width, b * width + window.tokens.length);
  });
  // A window of nothing attends to one token, so that its softmax has something to divide.
  for (let b = windows.length; b < samples; b++) attentionMask[b * width] = 1;
  return { tokens, inputs: { attentionMask, segmentIds: new Int32Array(samples * width) } };
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

function raggedTokens(windows: readonly EncodedWindow[], lengths: Int32Array, padding: number): Int32Array {
  const words = new Int32Array(lengths.reduce((sum, length) => sum + length, 0)).fill(padding);
  let at = 0;
  for (const { tokens } of windows) {
    words.set(tokens, at);
    at += tokens.length;
  }
  return words;
}

function filled(values: readonly number[], length: number): Int32Array {
  const list = new Int32Array(length);
  list.set(values);
  return list;
}

function roundUp(count: number, width: number): number {
  return Math.max(1, Math.ceil(count / width)) * width;
}

/** The least of `width`, 2 `width`, 4 `width`, ... that is not smaller. */
function powerAbove(count: number, width: number): number {
  let size = width;
  while (size < count) size *= 2;
  return size;
}
