import type { TopNeighbours } from '../../graph/neighbours.js';

/** Mentions of a batch as flat arrays, for pre-training (collate-batch.ts) and for whole sentences (sentence-batch.ts). */
export interface MentionSpan {
  readonly entity: number;
  /** Positions [start, start + length) of the sample. */
  readonly start: number;
  readonly length: number;
}

/** With the flat position of its first token in the batch. */
export type Placed<M extends MentionSpan> = M & { readonly at: number };

/** The rows that mentions have in a batch: Q tokens of M mentions; what stands for nothing is as collate-batch.ts says. */
export interface CollatedMentions<M extends MentionSpan> {
  /** [Q] flat positions, and their inverse [N]. */
  readonly positions: Int32Array;
  readonly slots: Int32Array;
  /** [Q] number of the mention that a token belongs to, -1 for none. */
  readonly owners: Int32Array;
  /** In the order of their rows. */
  readonly kept: readonly Placed<M>[];
}

/** The mentions of samples of `tokens` positions that have neighbours, in the order of the text. */
export function placeMentions<M extends MentionSpan>(
  samples: readonly (readonly M[])[],
  tokens: number,
  counts: TopNeighbours['counts'],
): Placed<M>[] {
  return samples.flatMap((mentions, b) =>
    mentions
      .filter(({ entity }) => counts[entity] > 0)
      .map((mention) => ({ ...mention, at: b * tokens + mention.start })),
  );
}

/**
 * Mentions that find no room are left out, whole.
 * @param mentionRoom M
 * @param tokenRoom Q
 * @param all N, the positions of the batch
 */
export function collateMentions<M extends MentionSpan>(
  mentions: readonly Placed<M>[],
  mentionRoom: number,
  tokenRoom: number,
  all: number,
): CollatedMentions<M> {
  const positions = new Int32Array(tokenRoom).fill(all);
  const slots = new Int32Array(all).fill(tokenRoom);
  const owners = new Int32Array(tokenRoom).fill(-1);
  const kept: Placed<M>[] = [];
  let used = 0;
  for (const mention of mentions) {
    if (kept.length === mentionRoom || used + mention.length > tokenRoom) continue;
    for (let i = 0; i < mention.length; i++) {
      positions[used] = mention.at + i;
      slots[mention.at + i] = used;
      owners[used++] = kept.length;
    }
    kept.push(mention);
  }
  return { positions, slots, owners, kept };
}

/** The neighbours of the infused mentions: row numbers of the entity table [M * K], and what the attention is told of them. */
export function collateNeighbours(
  mentions: readonly MentionSpan[],
  mentionRoom: number,
  { k, entities, counts }: TopNeighbours,
  entityTypes: Uint16Array,
) {
  const size = mentionRoom * k;
  const rows = new Int32Array(size);
  const neighbourTypes = new Int32Array(size).fill(-1);
  const neighbourMask = new Float32Array(size);
  const typeFirsts = new Float32Array(size);
  mentions.forEach(({ entity }, m) => {
    const seen = new Set<number>();
    for (let i = 0; i < counts[entity]; i++) {
      const neighbour = entities[entity * k + i];
      const type = entityTypes[neighbour];
      rows[m * k + i] = neighbour;
      neighbourTypes[m * k + i] = type;
      neighbourMask[m * k + i] = 1;
      typeFirsts[m * k + i] = seen.has(type) ? 0 : 1;
      seen.add(type);
    }
  });
  return { rows, inputs: { neighbourTypes, neighbourMask, typeFirsts } };
}
