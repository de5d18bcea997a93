/** The chain on toy_kg/ up to where pre-training begins, and settings of a small model to train there. */
import { join } from 'node:path';
import { runStage } from '../../src/runs/stage-runner.js';
import { Workspace } from '../../src/runs/workspace.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { loadStage } from '../../src/stages.js';
import { ROOT } from '../house/source-files.js';

export const SMALL_MODEL = {
  kg: 'toy',
  corpus: 'toy',
  layers: 2,
  infusionLayer: 1,
  hiddenSize: 32,
  heads: 2,
  intermediateSize: 64,
  maximumPositions: 64,
  maximumTokens: 64,
  batchSize: 8,
  evaluateEvery: 1000,
  validationShare: 0.1,
  evaluationBatches: 2,
};

export async function prepareToyChain(home: string): Promise<void> {
  const embedding = { dimension: 16, relationDimension: 16, epochs: 2, warmStartEpochs: 2 };
  await runToyStage(home, 'kg.import', { kg: 'toy', mapping: 'toy' });
  await runToyStage(home, 'kg.rank', { kg: 'toy' });
  await runToyStage(home, 'kg.dictionaries', { kg: 'toy' });
  await runToyStage(home, 'kg.embed', { kg: 'toy', ...embedding });
  await runToyStage(home, 'corpus.prepare', {
    corpus: 'toy',
    files: [join(ROOT, 'toy_kg/corpus.txt')],
    maximumTokens: 61,
  });
  await runToyStage(home, 'corpus.link', { kg: 'toy', corpus: 'toy' });
}

export async function runToyStage(home: string, name: string, values: Record<string, unknown>): Promise<void> {
  const stage = await loadStage(name);
  const settings = parseSettings(stage.settings, values, name);
  const options = { workspace: new Workspace(home), environment: { threads: 1 }, signal: new AbortController().signal };
  const steps = runStage(stage, settings, options);
  while (!(await steps.next()).done);
}
