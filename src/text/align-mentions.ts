import type { Mention } from './linker.js';
import type { Encoding } from './tokenizer.js';

/** A mention in word pieces: pieces [first, end). */
export interface PieceMention {
  readonly first: number;
  readonly end: number;
  readonly entity: number;
  readonly ambiguous: boolean;
}

/**
 * Mentions in the pieces of the same text. A mention whose start or end falls inside a piece is left out: its vector could
 * not be told from its surroundings. Blanks between pieces belong to none.
 */
export function alignMentions(mentions: readonly Mention[], { starts, ends }: Encoding): PieceMention[] {
  const aligned: PieceMention[] = [];
  let piece = 0;
  for (const { start, end, entity, ambiguous } of mentions) {
    while (piece < starts.length && starts[piece] < start) piece++;
    if (starts[piece] !== start) continue;
    let last = piece;
    while (last < ends.length && ends[last] < end) last++;
    if (ends[last] === end) aligned.push({ first: piece, end: last + 1, entity, ambiguous });
  }
  return aligned;
}
