import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Artefact } from '../../src/runs/artefact.js';
import { estimateStage } from '../../src/runs/estimate-stage.js';
import type { EstimatePart, StageEvent } from '../../src/runs/stage.js';
import { runStage } from '../../src/runs/stage-runner.js';
import { verifyRun } from '../../src/runs/verify-result.js';
import { Workspace } from '../../src/runs/workspace.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { openTaskModel } from '../../src/smedbert/tasks/task-model.store.js';
import { loadStage } from '../../src/stages.js';
import { ROOT } from '../house/source-files.js';
import { prepareToyChain, runToyStage, SMALL_MODEL } from '../support/toy-chain.js';

// Fine-tuning on toy_kg/tasks/ through the stage itself: every head, stops and restarts, what the folders hold.
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'finetune-'));
  await prepareToyChain(home);
  await runToyStage(home, 'smedbert.pretrain', { ...SMALL_MODEL, steps: 4 });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const TINY = { kg: 'toy', corpus: 'toy', epochs: 2, batchSize: 8, maximumTokens: 64, bucketTokens: 64, seeds: ['1'] };

function filesOf(task: string) {
  const file = (set: string) => join(ROOT, 'toy_kg/tasks', `${task}-${set}.jsonl`);
  return { task, train: file('train'), dev: file('dev'), test: file('test') };
}

async function run(
  values: Record<string, unknown>,
  onEvent: (event: StageEvent) => void = () => undefined,
  signal = new AbortController().signal,
): Promise<Artefact> {
  const stage = await loadStage('smedbert.finetune');
  const settings = parseSettings(stage.settings, { ...TINY, ...values }, 'test');
  const steps = runStage(stage, settings, { workspace: new Workspace(home), environment: { threads: 1 }, signal });
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
    onEvent(value);
  }
}

const json = (...parts: string[]) => JSON.parse(readFileSync(join(...parts), 'utf8'));

function digests(folder: string): Record<string, string> {
  const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !['manifest.json', 'run.json'].includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(names.map((path) => [path.slice(folder.length), hash(path)]));
}

describe('smedbert.finetune', () => {
  it('learns entities with two seeds, and leaves model folders and tables', async () => {
    const { folder, manifest } = await run({
      ...filesOf('ner'),
      seeds: ['1', '2'],
      epochs: 8,
      learningRate: 5e-3,
    });
    const results = json(folder, 'results.json');
    expect(results.summary.test.f1.mean).toBeGreaterThan(0.3);
    expect(results.seeds.map(({ seed }: { seed: number }) => seed)).toEqual([1, 2]);
    expect(manifest.figures['test.f1.mean']).toBe(results.summary.test.f1.mean);
    expect(readFileSync(join(folder, 'results.md'), 'utf8')).toContain('| mean |');
    expect(readFileSync(join(folder, 'results.csv'), 'utf8').split('\n')[0]).toBe(
      'seed,epoch,dev f1,dev precision,dev recall,dev macroF1,test f1,test precision,test recall,test macroF1',
    );
    const seed = join(folder, `seed-${results.best}`);
    expect(readdirSync(seed).sort()).toEqual([
      'config.json',
      'graph-surfaces.jsonl',
      'graph.safetensors',
      'knowledge.json',
      'log.jsonl',
      'model.safetensors',
      'seed.json',
      'special_tokens_map.json',
      'task.json',
      'test-predictions.jsonl',
      'tokenizer.json',
      'tokenizer_config.json',
      'vocab.txt',
    ]);
    expect(json(seed, 'config.json').architectures).toEqual(['BertForTokenClassification']);
    const lines = readFileSync(join(seed, 'test-predictions.jsonl'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(20);
    expect(JSON.parse(lines[0])).toMatchObject({ linked: true, mentions: 2, entities: expect.any(Array) });
    expect((await verifyRun(folder)).intact).toBe(true);
  });

  it.each([
    ['classification', 'macroF1', 0.6, 8],
    ['matching', 'f1', 0.4, 6],
    ['nli', 'f1', 0, 1],
    ['relation', 'microF1', 0.6, 6],
    ['ranking', 'accuracyAt1', 0.3, 6],
  ])('learns %s', async (task, figure, least, epochs) => {
    const { folder } = await run({ ...filesOf(task), epochs, learningRate: 5e-3 });
    const { summary } = json(folder, 'results.json');
    expect(summary.dev[figure].mean).toBeGreaterThanOrEqual(least);
    expect(Object.keys(summary.test)).toContain(figure);
  });

  it('is exported for serving by the folder of the run: its best seed', async () => {
    const { folder, manifest } = await run({ ...filesOf('classification'), graph: 'off', seeds: ['1', '2'] });
    await runToyStage(home, 'smedbert.export', { model: folder, format: 'onnx' });
    const exported = await new Workspace(home).newest('smedbert.export', { format: 'onnx' });
    expect(exported?.manifest.figures).toMatchObject({ head: 'texts', outputs: expect.stringContaining('logits') });
    const best = join(folder, `seed-${manifest.figures['bestSeed']}`);
    expect(json(exported!.folder, 'task.json')).toEqual(json(best, 'task.json'));
  });

  it('gives the same bytes when it was stopped and taken up', async () => {
    const settings = { ...filesOf('ner'), seeds: ['3', '4'], saveEvery: 3 };
    const straight = await run(settings);
    const expected = digests(straight.folder);
    rmSync(straight.folder, { recursive: true });
    for (const stopAfter of [5, 13, 6]) {
      const stop = new AbortController();
      let seen = 0;
      const counting = (event: StageEvent) => {
        if (event.kind === 'progress' && event.unit === 'steps' && ++seen === stopAfter) stop.abort();
      };
      await expect(run(settings, counting, stop.signal)).rejects.toMatchObject({ code: 'run.cancelled' });
    }
    expect(digests((await run(settings)).folder)).toEqual(expected);
  });

  it('tells what it would take, and leaves nothing behind', async () => {
    const values = { ...TINY, ...filesOf('ner'), seeds: ['1', '2'], epochs: 3 };
    const before = readdirSync(home, { recursive: true }).length;
    const stage = await loadStage('smedbert.finetune');
    const options = {
      workspace: new Workspace(home),
      environment: { threads: 1 },
      signal: new AbortController().signal,
    };
    const steps = estimateStage(stage, parseSettings(stage.settings, values, 'test'), options);
    let next = await steps.next();
    while (!next.done) next = await steps.next();
    const { figures, memory, disk, time = [] } = next.value;
    expect(readdirSync(home, { recursive: true }).length).toBe(before);
    const { folder } = await run(values);
    const amount = (parts: readonly EstimatePart[], what: RegExp) => parts.find((part) => what.test(part.what))?.amount;
    const written = statSync(join(folder, 'seed-1/model.safetensors')).size;
    expect(Math.abs((amount(disk, /^models of 2 seeds$/) ?? 0) / (2 * written) - 1)).toBeLessThan(0.05);
    expect(amount(memory, /^moments$/)).toBe(8 * (figures?.['parameters trained'] ?? 0));
    const log = readFileSync(join(folder, 'seed-1/log.jsonl'), 'utf8').trim().split('\n');
    const trained = log.filter((line) => JSON.parse(line).kind === 'step').length;
    expect(figures?.['steps a seed']).toBe(trained);
    expect(time.map(({ what }) => what)).toEqual([
      'begin: model, graph and examples',
      'programs, compiled when they are first needed',
      `2 x ${trained} steps, unless they stop early`,
      '6 times 20 development examples',
      '2 times 20 test examples',
    ]);
    for (const part of time) expect(part.amount, part.what).toBeGreaterThan(0);
  });

  it('never reads the test set before every seed is trained', async () => {
    const test = join(home, 'no-test.jsonl');
    writeFileSync(test, '');
    const settings = { ...filesOf('classification'), test, seeds: ['7'], epochs: 1 };
    await expect(run(settings)).rejects.toMatchObject({ code: 'task.empty', details: { place: test } });
    const runs = readdirSync(join(home, 'runs')).map((name) => join(home, 'runs', name, 'seed-7', 'seed.json'));
    expect(runs.filter((path) => existsSync(path))).toHaveLength(1);
  });

  it('infuses another graph, or none, and starts from a folder of Hugging Face', async () => {
    const shuffled = await run({ ...filesOf('classification'), graph: 'shuffled', epochs: 1 });
    expect(json(shuffled.folder, 'results.json').graph).toBe('shuffled');
    const off = await run({ ...filesOf('classification'), graph: 'off', epochs: 1 });
    expect(readdirSync(join(off.folder, 'seed-1'))).not.toContain('graph.safetensors');
    const model = join(home, 'hugging-face');
    cpSync(join(off.folder, 'seed-1'), model, { recursive: true });
    const notes: string[] = [];
    const grafted = await run({ ...filesOf('classification'), model, graph: 'on', epochs: 1 }, (event) => {
      if (event.kind === 'note') notes.push(event.message);
    });
    expect(notes.join('\n')).toContain('the start model has no graph part');
    expect(json(grafted.folder, 'seed-1', 'knowledge.json').hybridAttention).toBe(true);
  });

  it('notices a flipped bit when a model is opened, and when it is taken up', async () => {
    const { folder } = await run({ ...filesOf('classification'), seeds: ['8'], epochs: 1 });
    const seed = join(folder, 'seed-8');
    for (const name of ['model.safetensors', 'task.json', 'graph.safetensors', 'vocab.txt', 'seed.json']) {
      const copy = join(home, 'flipped');
      rmSync(copy, { recursive: true, force: true });
      cpSync(seed, copy, { recursive: true });
      const bytes = readFileSync(join(copy, name));
      bytes[bytes.length >> 1] ^= 4;
      writeFileSync(join(copy, name), bytes);
      await expect(openTaskModel(copy), name).rejects.toMatchObject({ code: 'artefact.altered' });
    }
    await expect(openTaskModel(home)).rejects.toMatchObject({ code: 'task.no-model' });
  });

  it('infuses the neighbours that the model was trained with, also when kg.topk has chosen others since', async () => {
    await runToyStage(home, 'kg.topk', { kg: 'toy', method: 'pepr' });
    await runToyStage(home, 'smedbert.pretrain', { ...SMALL_MODEL, steps: 1, neighbourOrder: 'topk' });
    const settings = { ...filesOf('classification'), epochs: 1 };
    const before = await run({ ...settings, seeds: ['8'] });
    await runToyStage(home, 'kg.topk', { kg: 'toy', method: 'rank', count: 3 });
    const after = await run({ ...settings, seeds: ['9'] });
    const graphOf = ({ folder }: Artefact, seed: number) =>
      readFileSync(join(folder, `seed-${seed}`, 'graph.safetensors'));
    expect(graphOf(after, 9).equals(graphOf(before, 8))).toBe(true);
  });
});
