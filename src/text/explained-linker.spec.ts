import { describe, expect, it } from 'vitest';
import { finishWork } from '../base/sliced-work.js';
import { buildSnapshot } from '../graph/build-snapshot.js';
import { ExplainedLinker } from './explained-linker.js';

const entity = (key: string, name: string, ...aliases: string[]) => ({ key, name, types: ['t'], aliases });

const SNAPSHOT = buildSnapshot(
  [entity('a', '感冒', 'Cold'), entity('b', '流感', '感冒'), entity('c', '寒冷', 'cold'), entity('d', '普通感冒')],
  [],
);
const TEXT = '普通感冒、感冒与COLD。';

function explained(ranks?: Float64Array) {
  const linker = finishWork(ExplainedLinker.buildInSlices(SNAPSHOT, ranks));
  return linker.link(TEXT).map((mention) => linker.explain(TEXT, mention));
}

describe('ExplainedLinker', () => {
  it('takes the longest name, then the highest rank, and says so', () => {
    expect(explained(Float64Array.of(0.1, 0.4, 0.1, 0.4))).toEqual([
      { start: 0, end: 4, entity: 3, ambiguous: false, candidates: [3], rule: 'only', matched: 'name' },
      { start: 5, end: 7, entity: 1, ambiguous: true, candidates: [1, 0], rule: 'rank', matched: 'alias' },
      { start: 8, end: 12, entity: 0, ambiguous: true, candidates: [0, 2], rule: 'order', matched: 'alias' },
    ]);
  });

  it('takes the first key when the graph has no ranks', () => {
    expect(explained().map(({ entity: chosen, rule }) => [chosen, rule])).toEqual([
      [3, 'only'],
      [0, 'order'],
      [0, 'order'],
    ]);
  });
});
