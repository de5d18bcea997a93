import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../../graph/build-snapshot.js';
import { RankedAdjacency } from '../../graph/ranked-adjacency.js';
import { continuationTable } from '../../text/align-mentions.js';
import { AutomatonLinker } from '../../text/automaton-linker.js';
import { AmbiguityResolver } from '../../text/resolve-ambiguity.js';
import { buildSurfaceLexicon } from '../../text/surface-lexicon.js';
import { WordPieceTokenizer } from '../../text/word-piece.js';
import { readText, type TextReader } from './read-text.js';

const ENTITIES = [['帕金森病', 'PD'], ['腹膜透析', 'PD'], ['震颤'], ['二甲双胍缓释片'], ['ab']].map(
  ([name, ...aliases], i) => ({ key: `e${i}`, name, types: ['t'], aliases }),
);
const SNAPSHOT = buildSnapshot(ENTITIES, [{ head: 'e0', relation: 'r', tail: 'e2' }]);
const RANKS = Float64Array.of(0.1, 0.3, 0.2, 0.2, 0.2);
const LEXICON = buildSurfaceLexicon(SNAPSHOT, RANKS, true);
const PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...'震颤诊断为二甲双胍缓释片', 'p', '##d', 'ab', '##c'];

function reader(changes: Partial<TextReader> = {}, threshold = 0): TextReader {
  const adjacency = RankedAdjacency.build(SNAPSHOT, RANKS);
  return {
    tokenizer: new WordPieceTokenizer(PIECES),
    continues: continuationTable(PIECES),
    linker: new AutomatonLinker(LEXICON),
    resolver: new AmbiguityResolver(LEXICON, adjacency, { ranks: RANKS }, { priorWeight: 0.2, threshold }),
    ambiguity: 'exact',
    maximumMentionTokens: 4,
    ...changes,
  };
}
const statesOf = (text: string, options = reader()) => readText(text, options).mentions.map(({ state }) => state);

describe('readText', () => {
  it('cuts and links the text, with places in it', () => {
    const { segment, starts, ends, mentions } = readText('震颤，PD', reader());
    expect(Array.from(segment.tokens, (id) => PIECES[id])).toEqual(['震', '颤', '[UNK]', 'p', '##d']);
    expect([...starts]).toEqual([0, 1, 2, 3, 4]);
    expect([...ends]).toEqual([1, 2, 3, 4, 5]);
    expect(mentions).toMatchObject([
      { start: 0, end: 2, entity: 2, token: 0, length: 2, state: 'infused' },
      { start: 3, end: 5, entity: 1, token: 3, length: 2, state: 'infused' },
    ]);
    expect([...segment.mentionEntities]).toEqual([2, 1]);
  });

  it('shows scores by exact match, and follows them by context', () => {
    const exact = readText('震颤，PD', reader()).mentions[1];
    const context = readText('震颤，PD', reader({ ambiguity: 'context' })).mentions[1];
    expect(exact.candidates).toEqual(context.candidates);
    expect(context.candidates[0].entity).toBe(0);
    expect([exact.entity, context.entity]).toEqual([1, 0]);
  });

  it('says what is left out, and why', () => {
    expect(statesOf('PD', reader({ ambiguity: 'context' }, 0.9))).toEqual(['below-threshold']);
    expect(statesOf('PD', reader({}, 0.9))).toEqual(['infused']);
    expect(statesOf('二甲双胍缓释片')).toEqual(['too-long']);
    expect(readText('PD', reader({ ambiguity: 'context' }, 0.9)).segment.mentionStarts.length).toBe(0);
  });

  it('leaves out what stands on no whole pieces', () => {
    // Thai letters do not spell a word of their own, but share one with Latin letters before them.
    expect(statesOf('abก')).toEqual(['not-whole-pieces']);
    expect(statesOf('ab，ก')).toEqual(['infused']);
  });

  it('takes [MASK] for a mask, over which neither piece nor mention reaches', () => {
    const { segment, masks, starts, ends, mentions } = readText('震[MASK]颤PD[MASK]', reader());
    expect(Array.from(segment.tokens, (id) => PIECES[id])).toEqual(['震', '[MASK]', '颤', 'p', '##d', '[MASK]']);
    expect(masks).toEqual([1, 5]);
    expect([starts[1], ends[1], starts[2]]).toEqual([1, 7, 7]);
    expect(mentions.map(({ start, end }) => [start, end])).toEqual([[8, 10]]);
  });

  it('takes an empty text', () => {
    expect(readText('', reader())).toMatchObject({ masks: [], mentions: [] });
  });
});
