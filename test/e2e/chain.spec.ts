import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Artefact } from '../../src/runs/artefact.js';
import { estimateStage } from '../../src/runs/estimate-stage.js';
import type { EstimatePart, StageEvent } from '../../src/runs/stage.js';
import { runStage } from '../../src/runs/stage-runner.js';
import { Workspace } from '../../src/runs/workspace.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { loadStage } from '../../src/stages.js';

// The whole chain on toy_kg/ through the stages themselves, then pre-training that is stopped and taken up.
const TOY = fileURLToPath(new URL('../../toy_kg/', import.meta.url));
const MODEL = {
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
  accumulation: 2,
  steps: 14,
  evaluateEvery: 5,
  saveEvery: 0,
  validationShare: 0.1,
  evaluationBatches: 2,
  seed: 3,
};

let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'chain-'));
  await run(home, 'kg.import', { kg: 'toy', mapping: 'toy' });
  await run(home, 'kg.rank', { kg: 'toy' });
  await run(home, 'kg.dictionaries', { kg: 'toy' });
  await run(home, 'kg.embed', { kg: 'toy', dimension: 16, relationDimension: 16, epochs: 4, warmStartEpochs: 4 });
  await run(home, 'corpus.prepare', { corpus: 'toy', files: [join(TOY, 'corpus.txt')], maximumTokens: 61 });
  await run(home, 'corpus.link', { kg: 'toy', corpus: 'toy' });
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('the chain on toy_kg', () => {
  it('takes every finished result from the workspace the second time', async () => {
    const notes: string[] = [];
    await run(home, 'corpus.link', { kg: 'toy', corpus: 'toy' }, (event) => {
      if (event.kind === 'note') notes.push(event.message);
    });
    expect(notes).toEqual([expect.stringContaining('taken from an earlier run')]);
  });

  it('pre-trains, evaluates with the graph on, shuffled and off, and shows the attention', async () => {
    const model = await run(home, 'smedbert.pretrain', MODEL);
    expect(Number(model.manifest.figures['last.loss.total'])).toBeLessThan(
      Number(model.manifest.figures['first.loss.total']),
    );
    expect(readdirSync(model.folder)).toEqual(
      expect.arrayContaining(['config.json', 'knowledge.json', 'model.safetensors', 'vocab.txt', 'README.md', 'tb']),
    );
    const tokenizer = JSON.parse(readFileSync(join(model.folder, 'tokenizer.json'), 'utf8'));
    const pieces = readFileSync(join(model.folder, 'vocab.txt'), 'utf8').trimEnd().split('\n');
    expect(Object.keys(tokenizer.model.vocab)).toHaveLength(pieces.length);
    for (const [id, piece] of pieces.entries()) expect(tokenizer.model.vocab[piece]).toBe(id);
    expect(tokenizer.normalizer.lowercase).toBe(true);
    const scores = await run(home, 'smedbert.evaluate', { kg: 'toy', corpus: 'toy', evaluationBatches: 2 });
    const evaluation = JSON.parse(readFileSync(join(scores.folder, 'evaluation.json'), 'utf8'));
    expect(Object.keys(evaluation)).toEqual(['on', 'shuffled', 'off']);
    const [example] = JSON.parse(readFileSync(join(scores.folder, 'attention.json'), 'utf8'));
    const weights = example.mentions[0].neighbours.map(({ nodeWeight }: { nodeWeight: number }) => nodeWeight);
    expect(weights.reduce((sum: number, weight: number) => sum + weight, 0)).toBeCloseTo(1, 4);
  });

  it.each([false, true])(
    'tells what a pre-training would take, packing %s, and leaves nothing behind',
    async (packing) => {
      const model = await run(home, 'smedbert.pretrain', MODEL);
      const before = readdirSync(home, { recursive: true }).length;
      const { settings: settingsClass, ...stage } = await loadStage('smedbert.pretrain');
      const settings = parseSettings(settingsClass, { ...MODEL, packing, seed: 77 }, 'test');
      const { signal } = new AbortController();
      const options = { workspace: new Workspace(home), environment: { threads: 2 }, signal };
      const steps = estimateStage({ ...stage, settings: settingsClass }, settings, options);
      let next = await steps.next();
      while (!next.done) next = await steps.next();
      const { figures, memory, disk, time } = next.value;
      expect(figures).toMatchObject({ parameters: model.manifest.figures['parameters'] });
      const bytes = (parts: readonly EstimatePart[], what: string) => parts.find((part) => part.what === what)?.amount;
      const trained = figures?.['parameters trained'] ?? 0;
      expect(bytes(memory, 'moments')).toBe(8 * trained);
      expect(bytes(memory, 'gradients')).toBe(8 * trained);
      const written = statSync(join(model.folder, 'model.safetensors')).size;
      expect(Math.abs((bytes(disk, 'result') ?? 0) / written - 1)).toBeLessThan(0.05);
      for (const part of time ?? []) expect(part.amount, part.what).toBeGreaterThan(0);
      expect(figures?.['tokens a second']).toBeGreaterThan(0);
      expect(figures?.['padding, %']).toBeLessThan(packing ? 30 : 60);
      expect(readdirSync(home, { recursive: true }).length).toBe(before);
    },
  );

  it('takes the neighbours of the newest kg.topk, and is evaluated with those after another one was made', async () => {
    const settings = { ...MODEL, steps: 2, seed: 6, neighbourOrder: 'topk' };
    const table = await run(home, 'kg.topk', { kg: 'toy', method: 'pepr' });
    const model = await run(home, 'smedbert.pretrain', settings);
    expect(model.manifest.inputs['neighbours']).toBe(table.hash);
    await run(home, 'kg.topk', { kg: 'toy', method: 'rank', count: 3 });
    await run(home, 'smedbert.evaluate', { kg: 'toy', corpus: 'toy', evaluationBatches: 1 });
    await expect(run(home, 'smedbert.pretrain', settings)).rejects.toMatchObject({
      code: 'smedbert.neighbours',
      details: { got: '--count 3' },
    });
    const card = readFileSync(join(model.folder, 'README.md'), 'utf8');
    expect(card).toContain('- toy: licence Apache-2.0, from written for this project (toy_kg/)');
    expect(card).toMatch(/^- corpus\.txt: \d+ bytes, SHA-256 [0-9a-f]{64}$/m);
    expect(card).not.toContain(TOY);
    expect(card).not.toContain(home);
  });

  it('starts from a finished model, and refuses one whose pieces mean something else', async () => {
    const { folder } = await run(home, 'smedbert.pretrain', MODEL);
    const other = join(home, 'other-vocabulary');
    cpSync(folder, other, { recursive: true });
    const path = join(other, 'vocab.txt');
    const pieces = readFileSync(path, 'utf8').split('\n');
    [pieces[10], pieces[11]] = [pieces[11], pieces[10]];
    writeFileSync(path, pieces.join('\n'));
    await expect(run(home, 'smedbert.pretrain', { ...MODEL, steps: 2, initial: other })).rejects.toMatchObject({
      code: 'smedbert.vocabulary',
      details: { place: `${path}:11` },
    });
    await run(home, 'smedbert.pretrain', { ...MODEL, steps: 2, initial: folder });
  });

  it.each(['pytorch_model.bin', 'legacy.bin', 'half.bin'])(
    'starts from a folder that torch wrote: %s',
    async (file) => {
      const folder = mkdtempSync(join(tmpdir(), 'chain-initial-'));
      const source = fileURLToPath(new URL('../parity/hugging-face/', import.meta.url));
      cpSync(join(source, file), join(folder, 'pytorch_model.bin'));
      for (const name of ['config.json', 'vocab.txt']) cpSync(join(source, name), join(folder, name));
      const files = [join(TOY, 'corpus.txt')];
      const vocabulary = join(folder, 'vocab.txt');
      await run(home, 'corpus.prepare', { corpus: 'initial', files, vocabulary, maximumTokens: 61 });
      await run(home, 'corpus.link', { kg: 'toy', corpus: 'initial' });
      const warnings: string[] = [];
      const settings = { kg: 'toy', corpus: 'initial', steps: 2, batchSize: 8, evaluationBatches: 2, initial: folder };
      const model = await run(home, 'smedbert.pretrain', settings, (event) => {
        if (event.kind === 'warning') warnings.push(event.message);
      });
      expect(model.manifest.sources.map(({ path }) => path)).toContain(join(folder, 'pytorch_model.bin'));
      const names =
        'cls.predictions.transform.dense, cls.seq_relationship, cls.predictions.transform.LayerNorm, cls.predictions';
      expect(warnings).toEqual(file === 'half.bin' ? [`not in the folder, so random at the start: ${names}`] : []);
      const config = JSON.parse(readFileSync(join(model.folder, 'config.json'), 'utf8'));
      expect(config).toMatchObject({ model_type: 'bert', hidden_size: 16, num_hidden_layers: 2 });
      await rm(folder, { recursive: true });
    },
  );

  it('gives the same bytes when it was stopped four times and taken up', async () => {
    const settings = { ...MODEL, trainVectors: true, dropout: 0.1 };
    const straight = digests(await run(home, 'smedbert.pretrain', settings));
    const first = await newest(home);
    await rm(first, { recursive: true });
    for (const stopAfter of [1, 2, 6, 11]) await stopped(home, settings, stopAfter);
    expect(digests(await run(home, 'smedbert.pretrain', settings))).toEqual(straight);
  });

  it('packs samples, with less padding, to the same bytes when it was stopped, and tells the speed apart', async () => {
    const settings = { ...MODEL, packing: true, masking: 'static', steps: 6, seed: 5 };
    const result = await run(home, 'smedbert.pretrain', settings);
    const straight = digests(result);
    const paddingOf = (folder: string) =>
      linesOf(folder, 'log.jsonl').flatMap(({ figures }) => figures['padding'] ?? []);
    expect(paddingOf(result.folder).length).toBe(6);
    const bucketed = await run(home, 'smedbert.pretrain', MODEL);
    expect(Math.max(...paddingOf(result.folder))).toBeLessThan(Math.max(...paddingOf(bucketed.folder)));
    const speed = linesOf(result.folder, 'speed.jsonl');
    expect(speed.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { figures } of speed) expect(figures['tokensPerSecond']).toBeGreaterThan(0);
    await rm(result.folder, { recursive: true });
    await stopped(home, settings, 4);
    expect(digests(await run(home, 'smedbert.pretrain', settings))).toEqual(straight);
  });

  it('refuses a checkpoint that was altered and goes on from the one before', async () => {
    const settings = { ...MODEL, seed: 4, saveEvery: 4, keepCheckpoints: 5 };
    await stopped(home, settings, 9);
    const folder = await newest(home);
    const last = readdirSync(folder)
      .filter((name) => name.startsWith('checkpoint-'))
      .sort(byStep)
      .at(-1) as string;
    const path = join(folder, last, 'model.safetensors');
    const bytes = readFileSync(path);
    bytes[bytes.length - 3] ^= 1;
    writeFileSync(path, bytes);
    const warnings: string[] = [];
    await run(home, 'smedbert.pretrain', settings, (event) => {
      if (event.kind === 'warning') warnings.push(event.message);
    });
    expect(warnings.join('\n')).toContain(last);
  });

  it('refuses vectors that stand in another order than the entities', async () => {
    const { folder } = await run(home, 'kg.embed', {
      kg: 'toy',
      dimension: 16,
      relationDimension: 16,
      epochs: 4,
      warmStartEpochs: 4,
    });
    const table = readdirSync(folder).find((name) => name.startsWith('TransR')) as string;
    const path = join(folder, table, 'entities.tsv');
    const names = readFileSync(path, 'utf8');
    const swapped = names.replace(/^4\t(.*)\n5\t(.*)$/m, '4\t$2\n5\t$1');
    expect(swapped).not.toBe(names);
    writeFileSync(path, swapped);
    await expect(run(home, 'smedbert.pretrain', { ...MODEL, seed: 9 })).rejects.toMatchObject({
      code: 'smedbert.vectors',
      details: { place: 'entity 4' },
    });
    writeFileSync(path, names);
  });

  it('names the command to run when an input is missing', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'chain-empty-'));
    await expect(run(empty, 'kg.rank', { kg: 'toy' })).rejects.toMatchObject({
      code: 'artefact.missing',
      details: { hint: expect.stringContaining('medgraft kg import') },
    });
    await rm(empty, { recursive: true });
  });
});

async function run(
  workspace: string,
  name: string,
  values: Record<string, unknown>,
  see: (event: StageEvent) => void = () => {},
  signal = new AbortController().signal,
): Promise<Artefact> {
  const stage = await loadStage(name);
  const settings = parseSettings(stage.settings, values, name);
  const events = runStage(stage, settings, {
    workspace: new Workspace(workspace),
    environment: { threads: 2 },
    signal,
  });
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    see(next.value);
  }
}

/** Runs pre-training until `steps` steps are shown, then raises the signal, as Ctrl-C does. */
async function stopped(workspace: string, settings: Record<string, unknown>, steps: number): Promise<void> {
  const controller = new AbortController();
  const see = (event: StageEvent) => {
    if (event.kind === 'progress' && event.phase === 'pretrain' && event.done >= steps) controller.abort();
  };
  await expect(run(workspace, 'smedbert.pretrain', settings, see, controller.signal)).rejects.toMatchObject({
    code: 'run.cancelled',
  });
}

function linesOf(folder: string, file: string): { step: number; figures: Record<string, number> }[] {
  const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** The newest run folder. */
async function newest(workspace: string): Promise<string> {
  const runs = join(workspace, 'runs');
  const { statSync } = await import('node:fs');
  const folders = readdirSync(runs).map((name) => join(runs, name));
  return folders.sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs).at(-1) as string;
}

function digests({ folder }: Artefact): string[] {
  const last = readdirSync(folder)
    .filter((name) => name.startsWith('checkpoint-'))
    .sort(byStep)
    .at(-1) as string;
  const files = ['model.safetensors', 'log.jsonl', `${last}/model.safetensors`, `${last}/optimizer.safetensors`];
  const contents = files.map((file) => readFileSync(join(folder, file)));
  return contents.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
}

function byStep(a: string, b: string): number {
  return Number(a.split('-')[1]) - Number(b.split('-')[1]);
}
