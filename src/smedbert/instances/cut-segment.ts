import type { LinkedSegment } from '../../text/linked-corpus.js';

/** The first `limit` tokens; a mention that would be cut is left out. */
export function cutSegment(segment: LinkedSegment, limit: number): LinkedSegment {
  if (segment.tokens.length <= limit) return segment;
  const whole = segment.mentionStarts.findIndex((start, m) => start + segment.mentionLengths[m] > limit);
  const mentions = whole === -1 ? segment.mentionStarts.length : whole;
  return {
    tokens: segment.tokens.slice(0, limit),
    wordStarts: segment.wordStarts.slice(0, limit),
    mentionStarts: segment.mentionStarts.slice(0, mentions),
    mentionLengths: segment.mentionLengths.slice(0, mentions),
    mentionEntities: segment.mentionEntities.slice(0, mentions),
  };
}
