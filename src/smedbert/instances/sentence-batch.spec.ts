import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentOf, segments } from '../../../test/support/linked-text.js';
import { drawTable, tableOf } from '../../../test/support/neighbour-table.js';
import { buildSentence } from './sentence.js';
import { collateSentences, sentenceShape } from './sentence-batch.js';

const options = { special: { classify: 1, separate: 2 }, maximumTokens: 64, maximumMentionTokens: 16 };
const shapes = { samples: 3, width: 8, maximumTokens: 64 };
const neighbours = tableOf(2, [
  [
    { entity: 1, relation: 0, direction: 1 },
    { entity: 2, relation: 0, direction: -1 },
  ],
  [{ entity: 2, relation: 1, direction: 1 }],
  [],
]);
const knowledge = { neighbours, entityTypes: Uint16Array.of(0, 1, 1) };

describe('collateSentences', () => {
  const sentences = [
    buildSentence([segmentOf([{ tokens: [10] }, { tokens: [11, 12], entity: 1 }])], options),
    buildSentence(
      [
        segmentOf([
          { tokens: [20], entity: 2 },
          { tokens: [21], entity: 0 },
        ]),
      ],
      options,
    ),
  ];
  const shape = sentenceShape(sentences, shapes, neighbours.counts);

  it('lays samples and mentions out flat, without those that have no neighbours', () => {
    expect(shape).toEqual({ samples: 3, tokens: 8, infusedMentions: 4, infusedTokens: 16 });
    const { inputs, lookups, infused, dropped } = collateSentences(sentences, shape, 9, knowledge);
    expect([...lookups.words.subarray(0, 16)]).toEqual([1, 10, 11, 12, 2, 9, 9, 9, 1, 20, 21, 2, 9, 9, 9, 9]);
    expect([...inputs['attentionMask']].map((x) => x)).toEqual(
      [1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0].concat(new Array(8).fill(0)),
    );
    expect(infused).toEqual([
      { entity: 1, start: 2, length: 2, at: 2 },
      { entity: 0, start: 2, length: 1, at: 10 },
    ]);
    expect([...inputs['infusedPositions'].subarray(0, 4)]).toEqual([2, 3, 10, 24]);
    expect([...inputs['infusedOwners'].subarray(0, 4)]).toEqual([0, 0, 1, -1]);
    expect([...lookups.neighbours.subarray(0, 4)]).toEqual([2, 0, 1, 2]);
    expect([...inputs['neighbourTypes'].subarray(0, 4)]).toEqual([1, -1, 1, 1]);
    expect([...inputs['typeFirsts'].subarray(0, 4)]).toEqual([1, 0, 1, 0]);
    expect([...inputs['objectiveSamples']]).toEqual([0, 1, -1, -1]);
    expect([...lookups.openEntities.subarray(0, 2)]).toEqual([1, 0]);
    expect(dropped).toBe(0);
  });

  it('has no mention for a plain encoder', () => {
    const { inputs, infused } = collateSentences(sentences, shape, 9);
    expect(Object.keys(inputs).sort()).toEqual(['attentionMask', 'segmentIds']);
    expect(infused).toEqual([]);
  });

  it('says how many mentions found no room in a smaller shape', () => {
    const small = { ...shape, infusedMentions: 1, infusedTokens: 2 };
    expect(collateSentences(sentences, small, 9, knowledge)).toMatchObject({ dropped: 1, infused: [{ entity: 1 }] });
  });
});

describe('sentenceShape', () => {
  it('has room for every mention of every sentence', () => {
    const table = drawTable(20, 3);
    const types = { neighbours: table, entityTypes: new Uint16Array(20) };
    fc.assert(
      fc.property(fc.array(segments(20), { minLength: 1, maxLength: 3 }), (texts) => {
        const sentences = texts.map((text) => buildSentence([text], options));
        const shape = sentenceShape(sentences, shapes, table.counts);
        const { infused, dropped, inputs } = collateSentences(sentences, shape, 0, types);
        const expected = sentences.flatMap(({ mentions }) => mentions.filter(({ entity }) => table.counts[entity] > 0));
        expect(dropped).toBe(0);
        expect(infused.map(({ entity }) => entity)).toEqual(expected.map(({ entity }) => entity));
        const slots = inputs['infusedSlots'];
        inputs['infusedPositions'].forEach((position, q) => {
          if (position < slots.length) expect(slots[position]).toBe(q);
        });
      }),
    );
  });

  it('is one of few, and never longer than the model', () => {
    const long = buildSentence([segmentOf(Array.from({ length: 61 }, () => ({ tokens: [10] })))], options);
    expect(sentenceShape([long], { ...shapes, maximumTokens: 60 })).toMatchObject({ tokens: 60, infusedMentions: 4 });
    expect(sentenceShape([], shapes)).toMatchObject({ tokens: 8, infusedMentions: 4 });
  });
});
