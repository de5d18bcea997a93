import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawVectors, tinyConfig } from '../../../test/support/tiny-smedbert.js';
import { writeFile } from '../../formats/byte-sink.js';
import { type NamedTensor, SafetensorsFile, writeSafetensors } from '../../formats/safetensors.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import type { StageEvent, StageFigures } from '../../runs/stage.js';
import { type ExportModelSettings, exportModel } from '../export-model.stage.js';
import { writeModelFolder } from '../model/model-folder.store.js';
import { smedbertParameterSpecs } from '../model/smedbert-model.js';

// What transformers computes (test/parity/hugging_face.py), from the exported file in onnxruntime.
const FIXTURE = new URL('../../../test/parity/hugging-face/', import.meta.url).pathname;
const expected = JSON.parse(readFileSync(new URL('../../../test/parity/hugging-face.json', import.meta.url), 'utf8'));
const { inputIds, segmentIds, attentionMask } = expected.batch as Record<string, number[][]>;
const D = 16;

let root: string;
let folders = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'medgraft-serving-'));
});
afterAll(() => rmSync(root, { recursive: true }));

function newFolder(): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
}

function fixture(weights: string, as = weights): string {
  const folder = newFolder();
  for (const name of ['config.json', 'vocab.txt']) cpSync(join(FIXTURE, name), join(folder, name));
  cpSync(join(FIXTURE, weights), join(folder, as));
  return folder;
}

type Written = { folder: string; figures: StageFigures; warnings: string[] };

async function write(settings: ExportModelSettings): Promise<Written> {
  const folder = newFolder();
  const context = { folder, home: root, threads: 1, signal: new AbortController().signal, scratch: async () => folder };
  const steps = exportModel.run(settings, {}, context);
  const events: StageEvent[] = [];
  for (;;) {
    const step = await steps.next();
    const warnings = events.flatMap((event) => (event.kind === 'warning' ? [event.message] : []));
    if (step.done) return { folder, figures: step.value, warnings };
    events.push(step.value);
  }
}

async function serve(folder: string, rows: Record<string, number[][]>, spans?: number[][][]) {
  const session = await InferenceSession.create(join(folder, 'model.onnx'));
  const [samples, tokens] = [rows['input_ids'].length, rows['input_ids'][0].length];
  const feeds: Record<string, Tensor> = {};
  for (const [name, values] of Object.entries(rows)) {
    feeds[name] = new Tensor('int64', BigInt64Array.from(values.flat(), BigInt), [samples, tokens]);
  }
  if (spans) feeds['span_weights'] = new Tensor('float32', Float32Array.from(spans.flat(2)), [samples, 2, tokens]);
  const results = await session.run(feeds);
  await session.release();
  return results;
}

const BATCH = { input_ids: inputIds, attention_mask: attentionMask, token_type_ids: segmentIds };

function near(got: ArrayLike<number>, values: readonly number[], tolerance = 1e-4): void {
  expect(got.length).toBe(values.length);
  for (const [i, value] of values.entries()) expect(Math.abs(got[i] - value), `at ${i}`).toBeLessThan(tolerance);
}

const dataOf = (tensor: Tensor) => tensor.data as Float32Array;

describe('smedbert.export --format onnx', () => {
  it.each([
    ['model.safetensors', 'model.safetensors'],
    ['legacy.bin', 'pytorch_model.bin'],
  ])('computes what transformers computes, at any batch and length: %s', async (weights, as) => {
    const { folder, figures } = await write({ model: fixture(weights, as), format: 'onnx', knowledge: false });
    expect(figures).toMatchObject({ layers: 2, outputs: 'last_hidden_state, pooler_output', head: 'none' });
    expect(readdirSync(folder).sort()).toEqual([
      'config.json',
      'model.onnx',
      'special_tokens_map.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'vocab.txt',
    ]);
    const last: number[] = expected.hidden.at(-1);
    const whole = await serve(folder, BATCH);
    expect(whole['last_hidden_state'].dims).toEqual([2, 10, D]);
    near(dataOf(whole['last_hidden_state'] as Tensor).slice(0, 10 * D), last.slice(0, 10 * D));
    near(dataOf(whole['pooler_output'] as Tensor), expected.pooled);
    // The second sample alone, without its padding.
    const alone = Object.fromEntries(Object.entries(BATCH).map(([name, rows]) => [name, [rows[1].slice(0, 7)]]));
    const short = await serve(folder, alone);
    expect(short['last_hidden_state'].dims).toEqual([1, 7, D]);
    near(dataOf(short['last_hidden_state'] as Tensor), last.slice(10 * D, 17 * D));
    near(dataOf(short['pooler_output'] as Tensor), expected.pooled.slice(D));
  });

  it.each([
    ['tokens', 'BertForTokenClassification', 3, D],
    ['texts', 'BertForSequenceClassification', 2, D],
    ['spans', 'BertModel', 4, 3 * D],
  ] as const)('has the logits of a head of %s', async (kind, architecture, labels, width) => {
    const model = newFolder();
    const source = await SafetensorsFile.open(join(FIXTURE, 'model.safetensors'));
    const tensors: NamedTensor[] = [];
    for (const [name, { shape }] of source.tensors) {
      if (!name.startsWith('cls.')) tensors.push({ name, shape, data: await source.float32(name) });
    }
    await source.close();
    const weight = Float32Array.from({ length: labels * width }, (_, i) => Math.sin(i));
    const bias = Float32Array.from({ length: labels }, (_, i) => i - 1);
    tensors.push({ name: 'classifier.weight', shape: [labels, width], data: weight });
    tensors.push({ name: 'classifier.bias', shape: [labels], data: bias });
    await writeFile(join(model, 'model.safetensors'), (sink) => writeSafetensors(sink, tensors));
    const config = JSON.parse(readFileSync(join(FIXTURE, 'config.json'), 'utf8'));
    writeFileSync(join(model, 'config.json'), JSON.stringify({ ...config, architectures: [architecture] }));
    writeFileSync(join(model, 'task.json'), JSON.stringify({ graph: kind === 'tokens' ? 'on' : 'off' }));
    const { folder, figures, warnings } = await write({ model, format: 'onnx', knowledge: false });
    expect(figures['head']).toBe(kind);
    expect(warnings).toHaveLength(kind === 'tokens' ? 1 : 0);
    const spans = inputIds.map(() => [0, 1].map((which) => inputIds[0].map((_, s) => (s === 2 + which ? 0.5 : 0))));
    const results = await serve(folder, BATCH, kind === 'spans' ? spans : undefined);
    const states = dataOf(results['last_hidden_state'] as Tensor);
    const pooled = dataOf(results['pooler_output'] as Tensor);
    const features = (row: number): number[] => {
      if (kind === 'tokens') return [...states.slice(row * D, (row + 1) * D)];
      const first = [...pooled.slice(row * D, (row + 1) * D)];
      if (kind === 'texts') return first;
      const marked = [2, 3].flatMap((s) => [...states.slice((row * 10 + s) * D, (row * 10 + s + 1) * D)]);
      return [...first, ...marked.map((value) => value / 2)];
    };
    const rows = kind === 'tokens' ? 20 : 2;
    const wanted = Array.from({ length: rows }, (_, row) => {
      const values = features(row);
      return [...bias].map((b, l) => values.reduce((sum, value, i) => sum + value * weight[l * width + i], b));
    }).flat();
    expect(results['logits'].dims).toEqual(kind === 'tokens' ? [2, 10, labels] : [2, labels]);
    near(dataOf(results['logits'] as Tensor), wanted);
  });

  it('refuses a folder whose weights are not those of its config.json', async () => {
    const model = fixture('model.safetensors');
    const path = join(model, 'config.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"intermediate_size": 32', '"intermediate_size": 48'));
    await expect(write({ model, format: 'onnx', knowledge: false })).rejects.toMatchObject({
      code: 'checkpoint.mismatch',
    });
    writeFileSync(
      path,
      readFileSync(join(FIXTURE, 'config.json'), 'utf8').replace('hidden_layers": 2', 'hidden_layers": 3'),
    );
    await expect(write({ model, format: 'onnx', knowledge: false })).rejects.toMatchObject({
      code: 'checkpoint.encoder',
    });
  });
});

describe('smedbert.export --format huggingface', () => {
  it("turns torch's file into safetensors by today's names", async () => {
    const { folder } = await write({
      model: fixture('legacy.bin', 'pytorch_model.bin'),
      format: 'huggingface',
      knowledge: false,
    });
    const [ours, theirs] = [
      await SafetensorsFile.open(join(folder, 'model.safetensors')),
      await SafetensorsFile.open(join(FIXTURE, 'model.safetensors')),
    ];
    expect([...ours.tensors.keys()].sort()).toEqual([...theirs.tensors.keys()].sort());
    for (const name of theirs.tensors.keys())
      expect(await ours.float32(name), name).toEqual(await theirs.float32(name));
    await ours.close();
    await theirs.close();
  });

  it('leaves the knowledge part out, or keeps it', async () => {
    const model = newFolder();
    const config = tinyConfig();
    const store = new ParameterStore(
      smedbertParameterSpecs(config, drawVectors(Uint16Array.of(0, 1, 1), 2, 2), false),
      1,
    );
    await writeModelFolder(model, store, config, '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n');
    for (const knowledge of [false, true]) {
      const { folder } = await write({ model, format: 'huggingface', knowledge });
      const file = await SafetensorsFile.open(join(folder, 'model.safetensors'));
      const names = [...file.tensors.keys()];
      await file.close();
      expect(names.some((name) => name.startsWith('knowledge.'))).toBe(knowledge);
      expect(names).toContain('bert.pooler.dense.weight');
      expect(readdirSync(folder).includes('knowledge.json')).toBe(knowledge);
    }
  });
});
