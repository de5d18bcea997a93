/** PyKEEN's own files (pykeen_vectors.py) come in by `--start-from` and score every triple as PyKEEN does, to 1e-6. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { EmbeddingModelName } from '../../src/embedding/create-embedding.js';
import { openModelFile } from '../../src/embedding/model-file.store.js';
import type { TrainEmbeddingSettings } from '../../src/embedding/train-embedding-settings.js';
import { buildSnapshot } from '../../src/graph/build-snapshot.js';
import { writeSnapshot } from '../../src/graph/snapshot-file.js';
import { EmbedRuns } from '../support/embed-runs.js';

interface Reference {
  triples: [head: string, relation: string, tail: string][];
  cases: {
    model: EmbeddingModelName;
    settings: Partial<TrainEmbeddingSettings>;
    files: Record<string, string>;
    scores: number[];
  }[];
}

const { triples, cases }: Reference = JSON.parse(readFileSync(new URL('pykeen-vectors.json', import.meta.url), 'utf8'));
const runs = new EmbedRuns();
afterAll(() => rmSync(runs.root, { recursive: true }));

const keys = [...new Set(triples.flatMap(([head, , tail]) => [head, tail]))].map((key) => {
  return { key, name: key, types: [], aliases: [] };
});
const snapshot = buildSnapshot(
  keys,
  triples.map(([head, relation, tail]) => ({ head, relation, tail })),
);

describe.each(cases.map((one) => [one.model, one] as const))('PyKEEN, %s', (model, { settings, files, scores }) => {
  it('scores the same after its vectors came in', async () => {
    const [graph, startFrom] = [runs.folder(), runs.folder()];
    await writeSnapshot(graph, snapshot);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(startFrom, name)), { recursive: true });
      runs.file(name, Buffer.from(content, 'base64'), startFrom);
    }
    const { folder, warnings } = await runs.embed(graph, { ...settings, model, startFrom, epochs: 0 });
    expect(warnings).toEqual([]);
    const { scorer } = await openModelFile(folder);
    for (const [i, [head, relation, tail]] of triples.entries()) {
      const ids = [
        snapshot.entityKeys.idOf(head),
        snapshot.relationNames.idOf(relation),
        snapshot.entityKeys.idOf(tail),
      ] as number[];
      const score = new Float32Array(1);
      scorer.scoreTriples(Int32Array.of(ids[0]), Int32Array.of(ids[1]), Int32Array.of(ids[2]), score);
      expect(Math.abs(score[0] - scores[i]) / Math.max(1, Math.abs(scores[i]))).toBeLessThan(1e-6);
    }
  });
});
