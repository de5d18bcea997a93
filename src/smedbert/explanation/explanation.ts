import type { ChoiceRule } from '../../text/explained-linker.js';

/**
 * Why a model read a text as it did: plain data, the same for the command line, the service and the page. Places are UTF-16
 * units of the text as it was given.
 */
export interface Explanation {
  readonly text: string;
  /** Word pieces that the model read, without special tokens. */
  readonly tokens: readonly TokenView[];
  /** Pieces that the model has no room for, at the end of the text. */
  readonly cutTokens: number;
  readonly mentions: readonly MentionView[];
  /** One for each `[MASK]` in the text. */
  readonly predictions: readonly MaskView[];
}

export interface TokenView {
  readonly piece: string;
  readonly start: number;
  readonly end: number;
  /** Of tokens of infused mentions: mean of |g_i| over the hidden width, eq. (10); 0 closed, 1 open. */
  readonly gate?: number;
  /** Of tokens of infused mentions: length of what was added to the hidden state over the length of that, eq. (11). */
  readonly change?: number;
}

/** What became of a mention. Only `infused` ones have neighbours with weights. */
export const MENTION_STATES = [
  'infused',
  'no-neighbours',
  'below-threshold',
  'not-whole-pieces',
  'too-long',
  'cut',
] as const;
export type MentionState = (typeof MENTION_STATES)[number];

export interface MentionView {
  readonly start: number;
  readonly end: number;
  readonly surface: string;
  readonly state: MentionState;
  /** Tokens [tokenStart, tokenEnd) of `tokens`, where the mention stands on whole pieces that were read. */
  readonly tokenStart?: number;
  readonly tokenEnd?: number;
  /** The entity that is meant, or would be. */
  readonly entity: EntityView;
  readonly rule: ChoiceRule;
  /** All that the surface may mean, the best score first. */
  readonly candidates: readonly CandidateView[];
  /** Those that were infused, the first by rank first. */
  readonly neighbours: readonly NeighbourView[];
}

export interface EntityView {
  readonly key: string;
  readonly name: string;
  readonly type: string;
}

/** See text/resolve-ambiguity.ts. */
export interface CandidateView extends EntityView {
  readonly rank: number;
  readonly prior: number;
  readonly context: number;
  readonly score: number;
  readonly chosen: boolean;
}

export interface NeighbourView extends EntityView {
  readonly relation: string;
  /** `out`: the mention's entity is the head. */
  readonly direction: 'out' | 'in';
  /** PageRank of the neighbour. */
  readonly rank: number;
  /** Attention to its type, eq. (3): over the types of a mention's neighbours these sum to 1. Absent without type attention. */
  readonly typeWeight?: number;
  /** Attention to it, eq. (5), mean over the heads, and of each head: over the neighbours each sums to 1. */
  readonly nodeWeight: number;
  readonly headWeights: readonly number[];
}

export interface MaskView {
  readonly start: number;
  readonly end: number;
  /** The most probable pieces, probabilities over the vocabulary. */
  readonly best: readonly { readonly piece: string; readonly probability: number }[];
}
