/** Ranking figures against PyKEEN's evaluator on the same vectors (ranking.py), to 1e-6. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEmbedding, type EmbeddingModelName } from '../../src/embedding/create-embedding.js';
import { evaluateRanking, type RankingFigures } from '../../src/embedding/evaluation/ranking-evaluation.js';
import { KnownTriples } from '../../src/embedding/known-triples.js';
import type { Triples } from '../../src/embedding/triples.js';

const KINDS = ['realistic', 'optimistic', 'pessimistic', 'tail', 'head', 'raw'] as const;

type Figures = { [kind in (typeof KINDS)[number]]: RankingFigures };

interface Reference {
  dimension: number;
  train: number[][];
  valid: number[][];
  test: number[][];
  cases: (Figures & { model: EmbeddingModelName; entity: number[]; relation: number[] })[];
}

const REFERENCE: Reference = JSON.parse(readFileSync(new URL('ranking.json', import.meta.url), 'utf8'));

function columns(rows: number[][]): Triples {
  const [heads, relations, tails] = [0, 1, 2].map((part) => Int32Array.from(rows, (row) => row[part]));
  return { heads, relations, tails };
}

describe.each(REFERENCE.cases.map((one) => [one.model, one] as const))('ranking by %s', (name, reference) => {
  it('equals PyKEEN with all ties, filtered, raw and by side', () => {
    const { dimension } = REFERENCE;
    const shape = {
      entities: reference.entity.length / dimension,
      relations: reference.relation.length / dimension,
      dimension,
      relationDimension: dimension,
    };
    const { model } = createEmbedding({
      model: name,
      shape,
      norm: 2,
      loss: { kind: 'cross-entropy' },
      capacity: { positives: 4, negatives: 4 },
      optimizer: { kind: 'sgd', projectionRate: 1, normaliseEntities: false },
      products: 'wasm',
      initial: { kind: 'xavier' },
      seed: 1,
    });
    model.tables.entity.set(reference.entity);
    model.tables.relation.set(reference.relation);
    const [train, valid, test] = [REFERENCE.train, REFERENCE.valid, REFERENCE.test].map(columns);
    const report = evaluateRanking(model, test, new KnownTriples(shape, train, valid, test));
    for (const kind of KINDS) {
      for (const [figure, expected] of Object.entries(reference[kind])) {
        const got = report[kind][figure as keyof RankingFigures];
        expect(Math.abs(got - expected), `${kind} ${figure}`).toBeLessThan(1e-6);
      }
    }
  });
});
