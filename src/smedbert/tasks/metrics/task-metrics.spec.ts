import { describe, expect, it } from 'vitest';
import { entitiesOfTags, tagsOfTypes, tagTokens } from './bio-tags.js';
import { entityFigures } from './entity-figures.js';
import { meanDeviation } from './mean-deviation.js';
import { rankingFigures } from './ranking-figures.js';

/** One token a UTF-16 unit. */
const places = (count: number) => ({
  starts: Array.from({ length: count }, (_, i) => i),
  ends: Array.from({ length: count }, (_, i) => i + 1),
});
const entitiesOf = (tags: string) => entitiesOfTags(tags.split(' '), places(tags.split(' ').length));

describe('BIO tags', () => {
  it('are read as seqeval and conlleval read them', () => {
    expect(entitiesOf('B-X I-X O B-X B-X')).toEqual([
      { start: 0, end: 2, label: 'X' },
      { start: 3, end: 4, label: 'X' },
      { start: 4, end: 5, label: 'X' },
    ]);
    expect(entitiesOf('I-X I-X O I-Y I-X')).toEqual([
      { start: 0, end: 2, label: 'X' },
      { start: 3, end: 4, label: 'Y' },
      { start: 4, end: 5, label: 'X' },
    ]);
    expect(entitiesOf('O O')).toEqual([]);
  });

  it('come back from tagging; of overlapping entities the longer one is tagged, and none that ends within a token', () => {
    const entities = [
      { start: 0, end: 2, label: 'A' },
      { start: 1, end: 4, label: 'B' },
      { start: 5, end: 6, label: 'A' },
    ];
    expect(tagTokens(entities, places(6))).toEqual(['O', 'B-B', 'I-B', 'I-B', 'O', 'B-A']);
    const words = { starts: [0, 3], ends: [3, 6] };
    expect(tagTokens([{ start: 0, end: 2, label: 'A' }], words)).toEqual(['O', 'O']);
    expect(tagTokens([{ start: 0, end: 6, label: 'A' }], words)).toEqual(['B-A', 'I-A']);
    expect(tagsOfTypes(['b', 'a', 'b'])).toEqual(['O', 'B-a', 'I-a', 'B-b', 'I-b']);
  });
});

describe('entityFigures', () => {
  it("gives the F1 of seqeval's own example", () => {
    const truths = [entitiesOf('O O O B-MISC I-MISC I-MISC O'), entitiesOf('B-PER I-PER O')];
    const guesses = [entitiesOf('O O B-MISC I-MISC I-MISC I-MISC O'), entitiesOf('B-PER I-PER O')];
    expect(entityFigures(truths, guesses)).toMatchObject({
      f1: 0.5,
      precision: 0.5,
      recall: 0.5,
      macroF1: 0.5,
      'f1.MISC': 0,
      'f1.PER': 1,
    });
  });

  it('counts an entity once, and the type with its place', () => {
    const truth = [
      { start: 0, end: 2, label: 'A' },
      { start: 0, end: 2, label: 'A' },
      { start: 3, end: 4, label: 'B' },
    ];
    const guess = [
      { start: 0, end: 2, label: 'A' },
      { start: 3, end: 4, label: 'A' },
      { start: 6, end: 7, label: 'C' },
    ];
    // right 1, guessed 3, true 2
    expect(entityFigures([truth], [guess])).toMatchObject({ f1: 2 / 5, precision: 1 / 3, recall: 1 / 2, entities: 2 });
    expect(entityFigures([[]], [[]])).toMatchObject({ f1: 0, macroF1: 0 });
  });
});

describe('rankingFigures', () => {
  const candidate = (group: string, score: number, right = false) => ({ group, score, right });

  it('ranks within a question, ties against the model, and leaves out questions without an answer', () => {
    const figures = rankingFigures([
      candidate('a', 0.9, true),
      candidate('a', 0.5),
      candidate('b', 0.9),
      candidate('b', 0.8, true),
      candidate('b', 0.7, true),
      candidate('c', 0.5, true),
      candidate('c', 0.5),
      candidate('c', 0.5),
      candidate('d', 1),
    ]);
    expect(figures).toEqual({
      accuracyAt1: 1 / 3,
      meanReciprocalRank: (1 + 1 / 2 + 1 / 3) / 3,
      questions: 3,
      unanswerable: 1,
    });
  });
});

describe('meanDeviation', () => {
  it('divides by n - 1', () => {
    expect(meanDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ mean: 5, deviation: Math.sqrt(32 / 7) });
    expect(meanDeviation([3])).toEqual({ mean: 3, deviation: 0 });
  });
});
