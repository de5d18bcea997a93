import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Artefact } from '../../runs/artefact.js';
import { collectReport } from './collect-report.js';

const RECIPE = { title: 't', lead: 'l' };

describe('collectReport', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'demo-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function result(stage: string, files: Record<string, string>, figures = {}): Promise<Artefact> {
    const own = join(folder, stage);
    await mkdir(own);
    for (const [name, text] of Object.entries(files)) await writeFile(join(own, name), text);
    const manifest = {
      stage,
      stageVersion: 1,
      hash: 'abc',
      labels: {},
      settings: { kg: 'toy' },
      inputs: {},
      sources: [],
      files: [],
      figures,
      codeVersion: '0.1.0',
      node: 'v20',
      createdAt: '2026-01-01T00:00:00.000Z',
      seconds: 2,
    };
    return { stage, hash: 'abc', folder: own, manifest };
  }

  it('reads what the stages left', async () => {
    const report = await collectReport(RECIPE, [
      await result('kg.import', {}, { entities: 3, triples: 2, contentHash: 'x' }),
      await result('kg.rank', { 'global_PageRank.json': '{"a": 0.2, "b": 0.5, "c": 0.3}' }),
      await result('kg.dictionaries', { 'entity-types.jsonl': '{"entity":"b","type":"disease"}\n' }),
      await result('kg.embed', {
        'evaluation.json': '{"transe":{"realistic":{"mrr":0.5,"mr":2,"hits1":0.25,"hits3":0.5,"hits10":1}}}',
      }),
      await result('corpus.link', {
        'coverage.json': '{"mentionsPer512Characters": 31.25, "hubShare": 0.125, "topEntities": [1]}',
      }),
      await result('smedbert.pretrain', {
        'log.jsonl':
          '{"kind":"step","step":1,"figures":{"loss.mlm":7}}\n{"kind":"evaluation","step":1,"figures":{"mlm":8}}\n',
      }),
      await result('smedbert.evaluate', {
        'evaluation.json': '{"shuffled":{"mlm":3},"on":{"mlm":1,"mnem":null},"off":{"mlm":2}}',
        'attention.json': '[{"tokens":["a"],"mentions":[]}]',
      }),
    ]);
    expect(report.graph).toEqual({ Entities: 3, Triples: 2 });
    expect(report.ranked).toEqual([
      { name: 'b', rank: 0.5, type: 'disease' },
      { name: 'c', rank: 0.3 },
      { name: 'a', rank: 0.2 },
    ]);
    expect(report.embeddings).toEqual([
      { model: 'TransE', mrr: 0.5, meanRank: 2, hitsAt1: 0.25, hitsAt3: 0.5, hitsAt10: 1 },
    ]);
    expect(report.coverage).toEqual([
      { name: 'Mentions per 512 characters', value: '31.25' },
      { name: 'Hub share', value: '12.5 %' },
    ]);
    expect(report.training.map(({ kind }) => kind)).toEqual(['step', 'evaluation']);
    expect(report.evaluation).toEqual([
      { graph: 'on', figures: { mlm: 1 } },
      { graph: 'off', figures: { mlm: 2 } },
      { graph: 'shuffled', figures: { mlm: 3 } },
    ]);
    expect(report.linked).toHaveLength(1);
    expect(report.stages).toHaveLength(7);
  });

  it('says which file is torn, with its line', async () => {
    const torn = await result('smedbert.pretrain', {
      'log.jsonl': '{"kind":"step","step":1,"figures":{}}\n{"kind":\n',
    });
    await expect(collectReport(RECIPE, [torn])).rejects.toMatchObject({
      code: 'demo.result',
      details: { place: `${join(torn.folder, 'log.jsonl')}:2` },
    });
  });

  it('shows as empty what was not made', async () => {
    const report = await collectReport(RECIPE, [await result('kg.import', {})]);
    expect(report).toMatchObject({
      ranked: [],
      embeddings: [],
      coverage: [],
      training: [],
      evaluation: [],
      linked: [],
    });
  });
});
