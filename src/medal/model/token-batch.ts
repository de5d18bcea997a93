import type { NamedData } from '../../engine/engine.js';
import type { TrainingBatch } from '../../nn/training-task.js';

/** Texts of a batch as models read them: padded for programs, without padding for recurrent layers. */
export interface BatchSizes {
  /** B; fewer texts are filled up with empty ones of one token. */
  readonly samples: number;
  /** S is a multiple of this. */
  readonly width: number;
  /** S at most: what the encoder makes. */
  readonly maximumTokens: number;
  readonly padding: number;
}

export interface TokenBatch {
  readonly shape: { readonly samples: number; readonly tokens: number };
  /** `attentionMask` and `segmentIds`, [B, S]. */
  readonly inputs: NamedData;
  /** [B S] */
  readonly tokens: Int32Array;
  /** [sum of lengths], text after text. */
  readonly words: Int32Array;
  /** [B] */
  readonly lengths: Int32Array;
  readonly counts: { readonly samples: number; readonly tokens: number; readonly positions: number };
}

/** A batch that an LSTM can walk over. */
export type RecurrentBatch = TrainingBatch & Pick<TokenBatch, 'shape' | 'words' | 'lengths'>;

/** What is collated of a text. */
export interface TextTokens {
  readonly tokens: Int32Array;
}

export function collateTokens(
  texts: readonly TextTokens[],
  { samples, width, maximumTokens, padding }: BatchSizes,
): TokenBatch {
  const longest = texts.reduce((most, { tokens }) => Math.max(most, tokens.length), 1);
  const shape = { samples, tokens: Math.min(roundUp(longest, width), maximumTokens) };
  const lengths = new Int32Array(samples).fill(1);
  texts.forEach(({ tokens }, b) => void (lengths[b] = tokens.length));
  return {
    shape,
    ...paddedTokens(texts, shape, padding),
    words: raggedTokens(texts, lengths, padding),
    lengths,
    counts: {
      samples: texts.length,
      tokens: texts.reduce((sum, { tokens }) => sum + tokens.length, 0),
      positions: samples * shape.tokens,
    },
  };
}

function paddedTokens(
  texts: readonly TextTokens[],
  { samples, tokens: width }: TokenBatch['shape'],
  padding: number,
): Pick<TokenBatch, 'tokens' | 'inputs'> {
  const tokens = new Int32Array(samples * width).fill(padding);
  const attentionMask = new Float32Array(samples * width);
  texts.forEach((text, b) => {
    tokens.set(text.tokens, b * width);
    attentionMask.fill(1, b * width, b * width + text.tokens.length);
  });
  // A text of nothing attends to one token, so that its softmax has something to divide.
  for (let b = texts.length; b < samples; b++) attentionMask[b * width] = 1;
  return { tokens, inputs: { attentionMask, segmentIds: new Int32Array(samples * width) } };
}

function raggedTokens(texts: readonly TextTokens[], lengths: Int32Array, padding: number): Int32Array {
  const words = new Int32Array(lengths.reduce((sum, length) => sum + length, 0)).fill(padding);
  let at = 0;
  for (const { tokens } of texts) {
    words.set(tokens, at);
    at += tokens.length;
  }
  return words;
}

export function roundUp(count: number, width: number): number {
  return Math.max(1, Math.ceil(count / width)) * width;
}
