import { describe, expect, it } from 'vitest';
import { continuationTable } from '../../text/align-mentions.js';
import { AutomatonLinker } from '../../text/automaton-linker.js';
import { SPECIAL_PIECES, WordPieceTokenizer } from '../../text/word-piece.js';
import { type ExampleEncoder, encodeExample, hitRatio } from './encode-example.js';
import { headInputs } from './head-inputs.js';
import { namedEntities } from './named-entities.js';

const pieces = [...SPECIAL_PIECES, ...'高血压头痛用药吗', 'ct', '##s'];
const tokenizer = new WordPieceTokenizer(pieces);
const surfaces = { surfaces: ['高血压', '头痛'], ignoreCase: true };
const encoder: ExampleEncoder = {
  tokenizer,
  continues: continuationTable(pieces),
  maximumTokens: 16,
  maximumMentions: 2,
  maximumMentionTokens: 16,
  linker: new AutomatonLinker({ ...surfaces, entities: Int32Array.of(0, 1), candidates: Int32Array.of(1, 1) }),
  neighbourCounts: Uint16Array.of(3, 0),
};
const idOf = (piece: string) => pieces.indexOf(piece);

describe('encodeExample', () => {
  it('keeps the places of tokens, and the mentions that have neighbours, of both texts', () => {
    const encoded = encodeExample({ text: 'CTs高血压头痛', pair: '高血压' }, encoder);
    expect([...encoded.tokens].slice(0, 3)).toEqual([idOf('[CLS]'), idOf('ct'), idOf('##s')]);
    expect([...encoded.starts]).toEqual([0, 2, 3, 4, 5, 6, 7]);
    expect([...encoded.ends]).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(encoded.mentions).toEqual([
      { entity: 0, start: 3, length: 3 },
      { entity: 0, start: 9, length: 3 },
    ]);
    expect(hitRatio(encoded)).toBeCloseTo(6 / 10, 12);
    expect(encodeExample({ text: '高血压高血压高血压' }, encoder).mentions).toHaveLength(2);
    expect(encodeExample({ text: '高血压' }, { ...encoder, linker: undefined }).mentions).toEqual([]);
  });

  it('marks the tokens that a span touches, and tells what is cut', () => {
    const marked = [
      { start: 0, end: 3 },
      { start: 20, end: 22 },
    ] as const;
    const encoded = encodeExample({ text: `高血压${'用'.repeat(17)}头痛`, marked }, encoder);
    expect(encoded.marked[0]).toEqual([1, 3]);
    expect(encoded.marked[1][1]).toBe(0);
    expect(encoded.cut).toBe(22 - 14);
    const shape = { samples: 1, tokens: 16, infusedTokens: 16, infusedMentions: 4 };
    const { spanWeights } = headInputs([encoded], [], { kind: 'spans', labels: 2 }, shape);
    expect([...spanWeights.subarray(0, 5)]).toEqual([0, 1 / 3, 1 / 3, 1 / 3, 0].map(Math.fround));
    expect(Math.max(...spanWeights.subarray(16))).toBe(0);
  });

  it('turns entities into numbered tags and back', () => {
    const entities = [{ start: 3, end: 6, label: '疾病' }];
    const example = { id: '1', place: 'p', text: 'CTs高血压头痛', entities };
    const encoded = encodeExample(example, encoder);
    const labels = namedEntities.labelsOf([example]);
    expect(labels).toEqual(['O', 'B-疾病', 'I-疾病']);
    const targets = namedEntities.targetsOf(example, encoded, labels);
    expect([...targets]).toEqual([-1, 0, 0, 1, 2, 2, 0, 0, -1]);
    const logits = Float32Array.from({ length: targets.length * 3 }, (_, i) =>
      targets[Math.floor(i / 3)] === i % 3 ? 1 : 0,
    );
    expect(namedEntities.decode(encoded, logits, labels)).toEqual({ entities });
    const { labels: numbers, labelWeights } = headInputs(
      [encoded],
      [targets],
      { kind: 'tokens', labels: 3 },
      {
        samples: 1,
        tokens: 10,
        infusedTokens: 4,
        infusedMentions: 4,
      },
    );
    expect([...numbers]).toEqual([0, 0, 0, 1, 2, 2, 0, 0, 0, 0]);
    expect([...labelWeights]).toEqual([0, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  });
});
