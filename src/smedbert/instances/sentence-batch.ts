import type { NamedData } from '../../engine/engine.js';
import type { TopNeighbours } from '../../graph/neighbours.js';
import type { SentenceShape } from '../model/smedbert-config.js';
import {
  type CollatedMentions,
  collateMentions,
  collateNeighbours,
  type MentionSpan,
  type Placed,
  placeMentions,
} from './collate-mentions.js';
import type { Sentence } from './sentence.js';

/**
 * Whole sentences as one batch, every linked mention infused: what a model is asked with, and tuned with, once it is
 * pre-trained (docs/decisions/0008). The layout is that of collate-batch.ts; letters: smedbert-config.ts.
 */
export interface SentenceBatch {
  /** Inputs of `sentenceSignature` that are not looked-up rows. */
  readonly inputs: NamedData;
  /** Row numbers of the tables; see `sentenceLookups`. */
  readonly lookups: Readonly<Record<'words' | 'neighbours' | 'openEntities' | 'openTypes', Int32Array>>;
  /** The infused mentions in the order of the attention's rows. */
  readonly infused: readonly Placed<MentionSpan>[];
  /** Mentions that found no room in the shape; none in a shape of `sentenceShape`. */
  readonly dropped: number;
}

export interface SentenceKnowledge {
  readonly neighbours: TopNeighbours;
  /** [entities] */
  readonly entityTypes: Uint16Array;
}

export interface SentenceShapeOptions {
  /** B: at least the number of sentences. */
  readonly samples: number;
  /** Sample lengths are multiples of this, up to `maximumTokens`. */
  readonly width: number;
  readonly maximumTokens: number;
}

/** Tokens that a mention has on average, for the room that mentions get. */
const TOKENS_PER_MENTION = 4;
const SMALLEST_ROOM = 4;

/**
 * The smallest of a few shapes that all sentences and all their mentions fit in: lengths go by `width` and the room for
 * mentions doubles, so that few programs are compiled and what a sentence gets does not depend on its neighbours in the batch.
 */
export function sentenceShape(
  sentences: readonly Sentence[],
  { samples, width, maximumTokens }: SentenceShapeOptions,
  counts?: TopNeighbours['counts'],
): SentenceShape {
  const longest = sentences.reduce((most, { tokens }) => Math.max(most, tokens.length), 1);
  const tokens = Math.min(maximumTokens, Math.ceil(longest / width) * width);
  const placed = counts ? placeMentions(mentionsOf(sentences), tokens, counts) : [];
  const infused = placed.reduce((sum, { length }) => sum + length, 0);
  let room = SMALLEST_ROOM;
  while (room < placed.length || room * TOKENS_PER_MENTION < infused) room *= 2;
  return { samples, tokens, infusedMentions: room, infusedTokens: room * TOKENS_PER_MENTION };
}

/**
 * @param sentences at most B, none longer than S
 * @param knowledge absent for a plain encoder
 */
export function collateSentences(
  sentences: readonly Sentence[],
  shape: SentenceShape,
  padId: number,
  knowledge?: SentenceKnowledge,
): SentenceBatch {
  const { samples, tokens: length, infusedMentions, infusedTokens } = shape;
  const words = new Int32Array(samples * length).fill(padId);
  const segmentIds = new Int32Array(samples * length);
  const attentionMask = new Float32Array(samples * length);
  sentences.forEach(({ tokens, segmentIds: ids }, b) => {
    const start = b * length;
    words.set(tokens, start);
    segmentIds.set(ids, start);
    attentionMask.fill(1, start, start + tokens.length);
  });
  const none = new Int32Array(0);
  const inputs = { segmentIds, attentionMask };
  if (!knowledge) {
    const lookups = { words, neighbours: none, openEntities: none, openTypes: none };
    return { inputs, lookups, infused: [], dropped: 0 };
  }
  const { neighbours, entityTypes } = knowledge;
  const placed = placeMentions(mentionsOf(sentences), length, neighbours.counts);
  const mentions = collateMentions(placed, infusedMentions, infusedTokens, samples * length);
  const attention = collateNeighbours(mentions.kept, infusedMentions, neighbours, entityTypes);
  const mixer = mixerOf(mentions, shape, entityTypes);
  return {
    inputs: {
      ...inputs,
      infusedPositions: mentions.positions,
      infusedSlots: mentions.slots,
      infusedOwners: mentions.owners,
      ...attention.inputs,
      ...mixer.inputs,
    },
    lookups: { words, neighbours: attention.rows, ...mixer.lookups },
    infused: mentions.kept,
    dropped: placed.length - mentions.kept.length,
  };
}

/** The one-hop mixer sees the readable mentions: here all of them. */
function mixerOf(
  { positions, slots, owners, kept }: CollatedMentions<MentionSpan>,
  { tokens, infusedMentions }: SentenceShape,
  entityTypes: Uint16Array,
) {
  const objectiveSamples = new Int32Array(infusedMentions).fill(-1);
  const openEntities = new Int32Array(infusedMentions);
  kept.forEach(({ at, entity }, u) => {
    objectiveSamples[u] = Math.floor(at / tokens);
    openEntities[u] = entity;
  });
  return {
    inputs: { objectivePositions: positions, objectiveSlots: slots, objectiveOwners: owners, objectiveSamples },
    lookups: { openEntities, openTypes: openEntities.map((entity) => entityTypes[entity]) },
  };
}

function mentionsOf(sentences: readonly Sentence[]): (readonly MentionSpan[])[] {
  return sentences.map(({ mentions }) => mentions);
}
