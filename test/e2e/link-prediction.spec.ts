/** The link-prediction benchmarks that the project was given have the sizes that the literature states. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runStage } from '../../src/runs/stage-runner.js';
import { Workspace } from '../../src/runs/workspace.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { loadStage } from '../../src/stages.js';

const DATA = '../shared/data/kge';
const isPresent = existsSync(DATA);
if (!isPresent) process.stdout.write('skipped: ../shared/data not present\n');

const root = mkdtempSync(join(tmpdir(), 'medgraft-benchmarks-'));
afterAll(() => rmSync(root, { recursive: true }));

async function figuresOf(name: string): Promise<Record<string, unknown>> {
  const files = ['train.txt', 'valid.txt', 'test.txt'].map((file) => join(DATA, name, file));
  const stage = await loadStage('kg.import');
  const settings = parseSettings(stage.settings, { kg: name, mapping: 'link-prediction', files }, 'test');
  const { signal } = new AbortController();
  const options = { workspace: new Workspace(root), environment: { threads: 1 }, signal };
  const steps = runStage(stage, settings, options);
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value.manifest.figures;
  }
}

describe.skipIf(!isPresent)('link-prediction benchmarks', () => {
  it.each([
    ['fb15k-237', { entities: 14_541, relations: 237, triples: 310_116 }],
    ['wn18rr', { entities: 40_943, relations: 11, triples: 93_003 }],
    ['umls', { entities: 135, relations: 46, triples: 6_529 }],
    ['nations', { entities: 14, relations: 55, triples: 1_992 }],
  ])('%s', { timeout: 120_000 }, async (name, sizes) => {
    expect(await figuresOf(name)).toMatchObject({ ...sizes, rejectedRows: 0 });
  });
});
