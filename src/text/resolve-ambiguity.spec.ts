import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from '../graph/build-snapshot.js';
import { RankedAdjacency } from '../graph/ranked-adjacency.js';
import { AutomatonLinker } from './automaton-linker.js';
import { AMBIGUITY_DEFAULTS, AmbiguityResolver, ContextLinker, type PriorKnowledge } from './resolve-ambiguity.js';
import { buildSurfaceLexicon } from './surface-lexicon.js';

// PD names two diseases; 震颤 (with 左旋多巴) belongs to the first, 腹水 and 透析液 to the second; 乏力 belongs to both.
const NAMES = ['帕金森病', '腹膜透析', '震颤', '左旋多巴', '腹水', '透析液', '乏力', '门诊'];
const [PARKINSON, DIALYSIS, TREMOR] = NAMES.keys();
const EDGES = [
  [0, 2],
  [0, 3],
  [0, 6],
  [1, 4],
  [1, 5],
  [1, 6],
  [4, 5],
  [3, 2],
];
const SNAPSHOT = buildSnapshot(
  NAMES.map((name, i) => ({ key: `e${i}`, name, types: [], aliases: i < 2 ? ['PD'] : [] })),
  EDGES.map(([head, tail]) => ({ head: `e${head}`, relation: 'r', tail: `e${tail}` })),
);
const RANKS = Float64Array.of(0.1, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1);
const LEXICON = buildSurfaceLexicon(SNAPSHOT, RANKS, true);
const ADJACENCY = RankedAdjacency.build(SNAPSHOT, RANKS);
const EXACT = new AutomatonLinker(LEXICON);

function resolve(text: string, options = {}, known: PriorKnowledge = { ranks: RANKS }) {
  const resolver = new AmbiguityResolver(LEXICON, ADJACENCY, known, { ...AMBIGUITY_DEFAULTS, ...options });
  return resolver.resolve(text, EXACT.link(text));
}
/** The scores of the first mention that is PD, by entity. */
function scoresOf(text: string, options = {}, known?: PriorKnowledge) {
  const found = resolve(text, options, known).find(({ ambiguous }) => ambiguous);
  return new Map(found?.candidates.map((candidate) => [candidate.entity, candidate]));
}

describe('AmbiguityResolver', () => {
  it('is the prior where the text says nothing', () => {
    for (const text of ['诊断为PD。', '门诊诊断为PD']) {
      const scores = scoresOf(text);
      expect(scores.get(DIALYSIS)).toEqual({ entity: DIALYSIS, prior: 0.3 / 0.4, context: 0, score: 0.3 / 0.4 });
      expect(scores.get(PARKINSON)?.score).toBeCloseTo(0.25, 12);
    }
  });

  it('follows the neighbours that are mentioned, against the rank', () => {
    expect(resolve('震颤，诊断为PD')[1]).toMatchObject({ entity: PARKINSON, ambiguous: true, linked: true });
    expect(resolve('腹水，诊断为PD')[1].entity).toBe(DIALYSIS);
    expect(EXACT.link('震颤，诊断为PD')[1].entity).toBe(DIALYSIS);
  });

  it('computes the scores that the formula gives', () => {
    // 震颤 has degree 2 and is a neighbour of 帕金森病 (degree 3); 左旋多巴, degree 2, is a neighbour of both.
    const direct = 1 / Math.log2(3);
    const common = 1 / Math.log2(3) / Math.sqrt(3 * 2);
    const evidence = direct + common;
    const scores = scoresOf('震颤，诊断为PD', { priorWeight: 2 });
    expect(scores.get(PARKINSON)?.context).toBeCloseTo(evidence, 12);
    expect(scores.get(PARKINSON)?.score).toBeCloseTo((evidence + 2 * 0.25) / (evidence + 2), 12);
    expect(scores.get(DIALYSIS)?.context).toBe(0);
  });

  it('takes an entity that is named by another name elsewhere', () => {
    expect(resolve('帕金森病患者，PD十年')[1].entity).toBe(PARKINSON);
    expect(scoresOf('帕金森病患者，PD十年').get(PARKINSON)?.context).toBe(1);
  });

  it('takes the frequency of unambiguous names before the rank', () => {
    const frequency = Int32Array.of(9, 1, 0, 0, 0, 0, 0, 0);
    const scores = scoresOf('PD', {}, { ranks: RANKS, frequency });
    expect(scores.get(PARKINSON)?.prior).toBeCloseTo((9 + 0.25) / 11, 12);
    expect(scoresOf('PD', {}, {}).get(PARKINSON)?.prior).toBe(0.5);
  });

  it('is no evidence for itself, and not seen from far away', () => {
    expect(scoresOf('PD与PD与pd').get(PARKINSON)?.context).toBe(0);
    expect(scoresOf(`震颤${'。'.repeat(199)}PD`).get(PARKINSON)?.context).toBeGreaterThan(0);
    expect(scoresOf(`震颤${'。'.repeat(200)}PD`).get(PARKINSON)?.context).toBe(0);
  });

  it('leaves a mention unlinked below the threshold', () => {
    const linkedOf = (text: string, threshold: number) => resolve(text, { threshold }).map(({ linked }) => linked);
    expect(linkedOf('诊断为PD', 0.74)).toEqual([true]);
    expect(linkedOf('诊断为PD', 0.76)).toEqual([false]);
    expect(linkedOf('震颤，诊断为PD', 0.7)).toEqual([true, true]);
  });

  it('gives scores between 0 and 1 that sum to 1, whatever the text and in whatever order', () => {
    const pieces = fc.array(fc.constantFrom(...NAMES, 'PD', '，', '见'), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, fc.double({ min: 0, max: 100, noNaN: true }), (words, priorWeight) => {
        const text = words.join('、');
        for (const { candidates, ambiguous, entity } of resolve(text, { priorWeight })) {
          expect(candidates.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 9);
          for (const { score, prior, context } of candidates) {
            expect(Math.min(score, prior, context)).toBeGreaterThanOrEqual(0);
            expect(Math.max(score, prior)).toBeLessThanOrEqual(1 + 1e-12);
            expect(candidates[0].score).toBeGreaterThanOrEqual(score);
          }
          expect(candidates[0].entity).toBe(entity);
          expect(candidates.length > 1).toBe(ambiguous);
        }
        const scores = [...scoresOf(`PD、${text}`, { priorWeight })].sort(([a], [b]) => a - b);
        const turned = [...scoresOf([...words].reverse().concat('PD').join('、'), { priorWeight })];
        turned.sort(([a], [b]) => a - b);
        // Only nearby mentions count and all are near: where they stand is no matter.
        scores.forEach(([entity, { score }], i) => {
          expect(turned[i][0]).toBe(entity);
          if (!words.includes('PD')) expect(turned[i][1].score).toBeCloseTo(score, 9);
        });
      }),
    );
  });
});

describe('ContextLinker', () => {
  const linkerOf = (threshold: number) =>
    new ContextLinker(
      EXACT,
      new AmbiguityResolver(LEXICON, ADJACENCY, { ranks: RANKS }, { ...AMBIGUITY_DEFAULTS, threshold }),
    );

  it('changes only ambiguous mentions', () => {
    const text = '震颤、乏力，诊断为PD，用左旋多巴';
    const exact = EXACT.link(text);
    const mentions = linkerOf(0).link(text);
    expect(mentions.map(({ start, end }) => [start, end])).toEqual(exact.map(({ start, end }) => [start, end]));
    expect(mentions.filter((mention) => !mention.ambiguous)).toEqual(exact.filter((mention) => !mention.ambiguous));
    expect(mentions.find(({ ambiguous }) => ambiguous)?.entity).toBe(PARKINSON);
    expect(linkerOf(0).link('震颤')).toEqual([{ start: 0, end: 2, entity: TREMOR, ambiguous: false }]);
  });

  it('leaves out what is below the threshold', () => {
    expect(
      linkerOf(0.8)
        .link('诊断为PD，门诊')
        .map(({ ambiguous }) => ambiguous),
    ).toEqual([false]);
  });
});
