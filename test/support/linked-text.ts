import * as fc from 'fast-check';
import { CounterRandom } from '../../src/base/random.js';
import type { LinkedCorpus, LinkedSegment } from '../../src/text/linked-corpus.js';

/** Linked segments made of words, in memory. */
export interface WordCase {
  tokens: number[];
  /** The entity that the word mentions; plain text without it. */
  entity?: number;
}

export function segmentOf(words: readonly WordCase[]): LinkedSegment {
  const starts: number[] = [];
  let length = 0;
  for (const { tokens } of words) {
    starts.push(length);
    length += tokens.length;
  }
  const wordStarts = new Uint8Array(length);
  for (const start of starts) wordStarts[start] = 1;
  const mentions = words
    .map(({ tokens, entity }, i) => ({ start: starts[i], size: tokens.length, entity }))
    .filter((mention): mention is { start: number; size: number; entity: number } => mention.entity !== undefined);
  return {
    tokens: Int32Array.from(words.flatMap(({ tokens }) => tokens)),
    wordStarts,
    mentionStarts: Int32Array.from(mentions, ({ start }) => start),
    mentionLengths: Int32Array.from(mentions, ({ size }) => size),
    mentionEntities: Int32Array.from(mentions, ({ entity }) => entity),
  };
}

/** Segments of words of 1 to 5 tokens with ids from 10 to 99; about a third are mentions of entities below `entities`. */
export function segments(maximumWords: number, entities = 20): fc.Arbitrary<LinkedSegment> {
  const word = fc.record({
    tokens: fc.array(fc.integer({ min: 10, max: 99 }), { minLength: 1, maxLength: 5 }),
    entity: fc.option(fc.integer({ min: 0, max: entities - 1 }), { nil: undefined, freq: 2 }),
  });
  return fc.array(word, { minLength: 1, maxLength: maximumWords }).map(segmentOf);
}

/** The same kind of segment, drawn by number: word lengths 1 to 3, one word in `mentionEvery` a mention. */
export function drawSegment(number: number, tokens: number, mentionEvery = 4, entities = 20): LinkedSegment {
  const random = new CounterRandom(9, 'linked-text');
  const words: WordCase[] = [];
  let left = tokens;
  for (let w = 0; left > 0; w++) {
    const size = Math.min(left, 1 + random.below(3, number, 4 * w));
    const entity = random.below(mentionEvery, number, 4 * w + 1) === 0 ? random.below(entities, number, 4 * w + 2) : -1;
    const ids = Array.from({ length: size }, (_, i) => 10 + random.below(90, number, 4 * w + 3 + 1000 * (i + 1)));
    words.push({ tokens: ids, ...(entity >= 0 && { entity }) });
    left -= size;
  }
  return segmentOf(words);
}

export function memoryCorpus(all: readonly LinkedSegment[], vocabularySize: number, entityCount: number): LinkedCorpus {
  const mentionFrequency = new Int32Array(entityCount);
  for (const { mentionEntities } of all) for (const entity of mentionEntities) mentionFrequency[entity]++;
  return {
    segmentCount: all.length,
    tokenCount: all.reduce((sum, { tokens }) => sum + tokens.length, 0),
    mentionCount: all.reduce((sum, { mentionStarts }) => sum + mentionStarts.length, 0),
    vocabularySize,
    mentionFrequency,
    segmentLength: (index) => all[index].tokens.length,
    segment: (index) => all[index],
    close: () => undefined,
  };
}
