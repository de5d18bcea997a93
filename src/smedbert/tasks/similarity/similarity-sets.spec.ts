import { describe, expect, it } from 'vitest';
import { finishWork } from '../../../base/sliced-work.js';
import { buildSnapshot } from '../../../graph/build-snapshot.js';
import { cosine, meanOfTokens } from './mean-pooling.js';
import { likestEntity } from './shared-neighbours.js';
import { type SimilaritySet, similarityQuestions } from './similarity-sets.js';

// Five diseases spelled alike, one of them rare in the corpus, and one drug; two diseases share three of four symptoms.
const entity = (key: string, type: string, ...aliases: string[]) => ({ key, name: key, types: [type], aliases });
const diseases = ['急性胃炎甲', '急性胃炎乙', '急性胃炎丙', '急性胃炎丁'];
const symptoms = ['腹痛', '恶心', '呕吐', '发热'];
const snapshot = buildSnapshot(
  [
    entity(diseases[0], '疾病', '急性胃炎甲型'),
    entity(diseases[1], '疾病', '急性胃炎乙型'),
    entity(diseases[2], '疾病'),
    entity(diseases[3], '疾病'),
    entity('感冒', '疾病', '伤风'),
    entity('急性胃炎药', '药物'),
    ...symptoms.map((name) => entity(name, '症状')),
  ],
  [
    ...symptoms.map((tail) => ({ head: diseases[0], relation: '症状', tail })),
    ...symptoms.slice(0, 3).map((tail) => ({ head: diseases[1], relation: '症状', tail })),
    ...symptoms.slice(0, 2).map((tail) => ({ head: diseases[2], relation: '症状', tail })),
  ],
);
const idOf = (key: string) =>
  Array.from({ length: snapshot.entityCount }, (_, id) => snapshot.entityKeys.at(id)).indexOf(key);
const mentionFrequency = Array.from({ length: snapshot.entityCount }, (_, id) =>
  id === idOf(diseases[0]) ? 201 : 200,
);
const ask = (set: SimilaritySet, negatives = 3) =>
  finishWork(similarityQuestions(snapshot, set, { questions: 10, negatives, mentionFrequency }));

describe('similarityQuestions', () => {
  it('ask in D1 for an alias among names of the type that are spelled alike', () => {
    const questions = ask('D1').sort((a, b) => (a.query < b.query ? -1 : 1));
    expect(questions.map(({ query, candidates }) => [query, candidates[0]])).toEqual([
      ['急性胃炎乙', '急性胃炎乙型'],
      ['急性胃炎甲', '急性胃炎甲型'],
    ]);
    for (const { candidates } of questions) {
      expect(candidates).toHaveLength(4);
      expect(new Set(candidates).size).toBe(4);
      expect(candidates).not.toContain('急性胃炎药');
      expect(candidates).not.toContain('感冒');
    }
    expect(ask('D1')).toEqual(ask('D1'));
    expect(ask('D1', 9)).toEqual([]);
  });

  it('ask in D2 for another entity with nearly the same neighbours', () => {
    // 3 shared of 4: Jaccard 0.75; the third disease shares 2 only.
    expect(likestEntity(snapshot, idOf(diseases[0]))).toBe(idOf(diseases[1]));
    expect(likestEntity(snapshot, idOf(diseases[1]))).toBe(idOf(diseases[0]));
    expect(likestEntity(snapshot, idOf(diseases[2]))).toBeUndefined();
    const right = ask('D2', 2).map(({ query, candidates }) => [query, candidates[0]]);
    expect(right).toContainEqual(['急性胃炎甲', '急性胃炎乙']);
    expect(right).toHaveLength(2);
  });

  it('leave out in D3 what the corpus mentions often', () => {
    expect(ask('D3').map(({ query }) => query)).toEqual(['急性胃炎乙']);
  });
});

describe('vectors of names', () => {
  it('are means without the special tokens, compared by their cosine', () => {
    expect([...meanOfTokens(Float32Array.of(9, 9, 1, 2, 3, 4, 9, 9), 2)]).toEqual([2, 3]);
    expect(cosine(Float32Array.of(1, 0), Float32Array.of(2, 2))).toBeCloseTo(Math.SQRT1_2, 6);
    expect(cosine(Float32Array.of(0, 0), Float32Array.of(1, 1))).toBe(0);
  });
});
