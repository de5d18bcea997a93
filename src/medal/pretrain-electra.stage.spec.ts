import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SafetensorsFile } from '../formats/safetensors.js';
import type { Artefact } from '../runs/artefact.js';
import type { Stage, StageEvent } from '../runs/stage.js';
import { runStage } from '../runs/stage-runner.js';
import { Workspace } from '../runs/workspace.js';
import { parseSettings } from '../settings/parse-settings.js';
import { prepareCorpus } from '../text/prepare-corpus.stage.js';
import { pretrainElectra } from './pretrain-electra.stage.js';

// ELECTRA on the English abstracts of toy_kg/, through the stages.
const ABSTRACTS = fileURLToPath(new URL('../../toy_kg/abstracts.jsonl', import.meta.url));
const BERT = fileURLToPath(new URL('../../test/parity/hugging-face/', import.meta.url));
const TINY = {
  ...{ corpus: 'toy', layers: 1, hiddenSize: 32, embeddingSize: 16, heads: 4, intermediateSize: 64 },
  ...{ maximumPositions: 64, maximumTokens: 64, batchSize: 8, accumulation: 2, steps: 12, evaluateEvery: 5 },
  ...{ saveEvery: 4, validationShare: 0.1, evaluationBatches: 2, seed: 3 },
};

let home: string;
let pieces: number;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'pretrain-electra-'));
  pieces = Number((await prepare('toy', { vocabularySize: 1000 })).manifest.figures['vocabularySize']);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('medal.pretrain', () => {
  it('learns on the abstracts: both losses fall, and so does the one on held-out text', async () => {
    const settings = { ...TINY, accumulation: 1, steps: 150, dropout: 0, learningRate: 3e-3, saveEvery: 0 };
    const { figures } = (await run({ ...settings, evaluateEvery: 75 })).manifest;
    const fall = (part: string) => Number(figures[`first.loss.${part}`]) - Number(figures[`last.loss.${part}`]);
    expect(fall('mlm')).toBeGreaterThan(0.5);
    expect(fall('rtd')).toBeGreaterThan(0.2);
    // Of a guess among all pieces, and of a coin.
    expect(Number(figures['evaluation.mlm'])).toBeLessThan(Math.log(pieces) - 0.5);
    expect(Number(figures['evaluation.rtd'])).toBeLessThan(Math.log(2) - 0.2);
    expect(figures['evaluation.majority']).toBeLessThan(1);
  });

  it('writes both halves as Hugging Face names them, with the same embeddings, and a card', async () => {
    const { folder } = await run(TINY);
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(['config.json', 'model.safetensors', 'vocab.txt', 'tokenizer.json', 'README.md', 'tb']),
    );
    const [config, generator] = ['config.json', 'generator/config.json'].map((name) => jsonOf(join(folder, name)));
    expect(config).toMatchObject({ model_type: 'electra', architectures: ['ElectraForPreTraining'], hidden_size: 32 });
    expect(config).toMatchObject({ embedding_size: 16, generator_size: 0.25 });
    expect(generator).toMatchObject({ model_type: 'electra', architectures: ['ElectraForMaskedLM'], hidden_size: 8 });
    const [own, other] = [await tensors(folder), await tensors(join(folder, 'generator'))];
    expect([...own.keys()]).toEqual(expect.arrayContaining(['discriminator_predictions.dense_prediction.weight']));
    expect([...other.keys()]).toEqual(
      expect.arrayContaining([
        'electra.embeddings_project.weight',
        'generator_predictions.dense.bias',
        'generator_lm_head.bias',
      ]),
    );
    const shared = [...own.keys()].filter((name) => name.startsWith('electra.embeddings.'));
    expect(shared.length).toBe(5);
    for (const name of shared) expect(other.get(name)).toEqual(own.get(name));
    const card = readFileSync(join(folder, 'README.md'), 'utf8');
    expect(parse(card.split('---\n')[1])).toMatchObject({
      license: 'other',
      tags: expect.arrayContaining(['electra']),
    });
    expect(card).toContain('| licence | Apache-2.0, written for this project |');
    expect(card).toMatch(/^- abstracts\.jsonl: \d+ bytes, SHA-256 [0-9a-f]{64}$/m);
    expect(card).not.toContain(home);
  });

  it('gives the same bytes for the same seed, and when it was stopped three times and taken up', async () => {
    const settings = { ...TINY, seed: 4 };
    const first = await run(settings);
    const straight = digests(first);
    rmSync(first.folder, { recursive: true });
    for (const steps of [2, 6, 9]) await stopped(settings, steps);
    expect(digests(await run(settings))).toEqual(straight);
    expect(digests(await run({ ...settings, seed: 5 }))['model.safetensors']).not.toBe(straight['model.safetensors']);
  });

  it('stops when nothing gets better, and keeps the weights of the best evaluation', async () => {
    const settings = {
      ...TINY,
      seed: 6,
      steps: 200,
      learningRate: 0.5,
      warmup: 0,
      clipNorm: 0,
      patience: 2,
      evaluateEvery: 1,
    };
    const { folder, manifest } = await run(settings);
    const { steps, bestStep } = manifest.figures;
    expect(Number(steps)).toBe(Number(bestStep) + 2);
    const best = join(folder, `checkpoint-${bestStep}`);
    expect(readFileSync(join(folder, 'model.safetensors'))).toEqual(readFileSync(join(best, 'model.safetensors')));
  });

  it('goes on from its own folder with both halves, or with the discriminator alone', async () => {
    const start = await run(TINY);
    const warnings: string[] = [];
    const see = (event: StageEvent) => void (event.kind === 'warning' && warnings.push(event.message));
    const on = { ...TINY, steps: 1, learningRate: 1e-8, evaluateEvery: 0, initial: start.folder };
    const { figures } = (await run(on, see)).manifest;
    expect(warnings).toEqual([]);
    expect(Number(figures['evaluation.mlm'])).toBeCloseTo(Number(start.manifest.figures['evaluation.mlm']), 3);
    expect(Number(figures['evaluation.rtd'])).toBeCloseTo(Number(start.manifest.figures['evaluation.rtd']), 3);
    const alone = copyOf(start.folder);
    rmSync(join(alone, 'generator'), { recursive: true });
    await run({ ...on, initial: alone }, see);
    expect(warnings.join()).toContain('electra.embeddings_project, electra.encoder.layer.0.attention.self.query');
    expect(warnings.join()).toContain('generator_lm_head');
  });

  it.each([
    ['a BERT', () => bertFolder(), 'checkpoint.config', { expected: '"electra"', got: '"bert"' }],
    [
      'another vocabulary',
      async () => withVocabulary((pieces) => [pieces[0], pieces[1], ...pieces.slice(2).reverse()]),
      'medal.vocabulary',
      { place: expect.stringMatching(/vocab\.txt:3$/) },
    ],
    [
      'a vocabulary of another size',
      async () => withVocabulary((pieces) => pieces.slice(0, -3)),
      'medal.vocabulary',
      { got: expect.stringMatching(/^only \d+ pieces$/) },
    ],
    ['no folder', async () => join(home, 'nowhere'), 'formats.weights-missing', {}],
  ])('refuses to start from %s', async (_, folder, code, details) => {
    const started = run({ ...TINY, initial: await folder() });
    await expect(started).rejects.toMatchObject({ code, details });
  });

  it('refuses a generator that cannot share the embeddings, and one that was altered', async () => {
    const { folder } = await run(TINY);
    const narrow = await run({ ...TINY, embeddingSize: 8, steps: 1 });
    const other = { ...TINY, initial: folder, initialGenerator: join(narrow.folder, 'generator') };
    await expect(run(other)).rejects.toMatchObject({
      code: 'medal.generator',
      details: { expected: 'embeddingSize 16', got: '8' },
    });
    const altered = copyOf(folder);
    const path = join(altered, 'generator', 'model.safetensors');
    const bytes = readFileSync(path);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(path, bytes);
    await expect(run({ ...TINY, initial: altered })).rejects.toMatchObject({ code: 'artefact.altered' });
  });

  it.each([
    [{ heads: 5 }, 'heads'],
    [{ heads: 16, generatorSize: 0.15 }, 'generatorSize'],
  ])('refuses sizes that do not fit together: %j', async (values, place) => {
    await expect(run({ ...TINY, ...values })).rejects.toMatchObject({ code: 'settings.invalid', details: { place } });
  });

  it('says that a corpus of one segment cannot be held out from', async () => {
    const path = join(home, 'one.txt');
    writeFileSync(path, 'Chest pain was relieved.\n');
    await prepare('one', { files: [path], textFields: [] });
    await expect(run({ ...TINY, corpus: 'one' })).rejects.toMatchObject({ code: 'medal.corpus' });
  });
});

function prepare(corpus: string, values: Record<string, unknown>): Promise<Artefact> {
  return runIn(prepareCorpus, {
    ...{ corpus, files: [ABSTRACTS], textFields: ['text'], minimumCharacters: 0, maximumTokens: 62 },
    ...{ licence: 'Apache-2.0, written for this project', ...values },
  });
}

const run = (settings: Record<string, unknown>, see?: (event: StageEvent) => void, signal?: AbortSignal) =>
  runIn(pretrainElectra, settings, see, signal);

async function runIn<S extends object>(
  stage: Stage<S>,
  values: Record<string, unknown>,
  see: (event: StageEvent) => void = () => {},
  signal = new AbortController().signal,
): Promise<Artefact> {
  const settings = parseSettings(stage.settings, values, stage.name);
  const options = { workspace: new Workspace(home), environment: { threads: 1 }, signal };
  const events = runStage(stage, settings, options);
  for (;;) {
    const next = await events.next();
    if (next.done) return next.value;
    see(next.value);
  }
}

/** Runs until `steps` steps are shown, then raises the signal, as Ctrl-C does. */
async function stopped(settings: Record<string, unknown>, steps: number): Promise<void> {
  const controller = new AbortController();
  const see = (event: StageEvent) => {
    if (event.kind === 'progress' && event.phase === 'pretrain' && event.done >= steps) controller.abort();
  };
  await expect(run(settings, see, controller.signal)).rejects.toMatchObject({ code: 'run.cancelled' });
}

function digests({ folder }: Artefact): Record<string, string> {
  const last = `checkpoint-${TINY.steps}`;
  const files = ['model.safetensors', 'generator/model.safetensors', 'log.jsonl'];
  const all = [...files, ...files.slice(0, 2).map((name) => `${last}/${name}`), `${last}/optimizer.safetensors`];
  return Object.fromEntries(
    all.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex'),
    ]),
  );
}

async function tensors(folder: string): Promise<Map<string, Float32Array>> {
  const file = await SafetensorsFile.open(join(folder, 'model.safetensors'));
  try {
    const entries: [string, Float32Array][] = [];
    for (const name of file.tensors.keys()) entries.push([name, await file.float32(name)]);
    return new Map(entries);
  } finally {
    await file.close();
  }
}

function copyOf(folder: string): string {
  const copy = mkdtempSync(join(home, 'copy-'));
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** A finished model whose pieces were written anew. */
async function withVocabulary(change: (pieces: string[]) => string[]): Promise<string> {
  const folder = copyOf((await run(TINY)).folder);
  rmSync(join(folder, 'manifest.json'));
  const path = join(folder, 'vocab.txt');
  writeFileSync(path, `${change(readFileSync(path, 'utf8').trimEnd().split('\n')).join('\n')}\n`);
  return folder;
}

async function bertFolder(): Promise<string> {
  const folder = mkdtempSync(join(home, 'bert-'));
  cpSync(join(BERT, 'pytorch_model.bin'), join(folder, 'pytorch_model.bin'));
  for (const name of ['config.json', 'vocab.txt']) cpSync(join(BERT, name), join(folder, name));
  return folder;
}

function jsonOf(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8'));
}
