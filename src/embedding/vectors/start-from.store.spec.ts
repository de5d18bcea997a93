import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbedRuns } from '../../../test/support/embed-runs.js';
import { MemorySink } from '../../formats/byte-sink.js';
import { writeNpy } from '../../formats/npy.js';
import { writeSafetensors } from '../../formats/safetensors.js';
import { EMBEDDING_MODELS } from '../create-embedding.js';
import { MODEL_FILE, openModelFile } from '../model-file.store.js';
import { trainEmbedding } from '../train-embedding.stage.js';
import { TrainEmbeddingSettings } from '../train-embedding-settings.js';
import { phaseScale } from './dgl-ke-settings.js';
import { tablesOfParameters } from './openke-parameters.js';

const runs = new EmbedRuns();
afterAll(() => rmSync(runs.root, { recursive: true }));

const tablesOf = async (folder: string) => (await openModelFile(folder)).model.tables;
let graph: string;
/** TransR of the graph, and the same for other programs. */
let trained: string;
let dglKe: string;
let openke: string;
let word2vec: string;
let numpy: string;
beforeAll(async () => {
  graph = await runs.graph(20);
  trained = (await runs.embed(graph, { model: 'transr' })).folder;
  const write = (format: 'dglke' | 'openke' | 'word2vec' | 'numpy') => runs.vectors(graph, trained, { format });
  [dglKe, openke, word2vec, numpy] = await Promise.all([
    write('dglke'),
    write('openke'),
    write('word2vec'),
    write('numpy'),
  ]);
});

const adopt = { model: 'transr', epochs: 0 } as const;
const start = (startFrom: string, values: Partial<TrainEmbeddingSettings> = {}, of = graph) =>
  runs.embed(of, { ...adopt, ...values, startFrom });

describe('kg.embed --start-from', () => {
  it.each(EMBEDDING_MODELS)('gives the bytes of its own %s back after no epoch', async (model) => {
    const values = { model, reciprocal: model === 'complex' || model === 'transr', epochs: 1 };
    const first = await runs.embed(graph, values);
    const again = await runs.embed(graph, { ...values, epochs: 0, seed: 0, startFrom: first.folder });
    const bytes = (folder: string) => readFileSync(join(folder, MODEL_FILE));
    expect(bytes(again.folder).equals(bytes(first.folder))).toBe(true);
    expect(again.figures[`${model}Mrr`]).toBe(first.figures[`${model}Mrr`]);
    expect(again.warnings).toEqual(first.warnings);
  });

  it.each(['dglke', 'dglke-old', 'openke', 'smedbert', 'numpy', 'safetensors', 'word2vec'] as const)(
    'starts from %s files, entities called by name or by key',
    async (format) => {
      for (const entities of ['names', 'keys'] as const) {
        const folder = await runs.vectors(graph, trained, { format, entities });
        const { folder: adopted, warnings } = await start(folder);
        const [expected, got] = [await tablesOf(trained), await tablesOf(adopted)];
        expect(got.entity).toEqual(expected.entity);
        if (format === 'word2vec') expect(warnings.join()).toMatch(/2 relations of the graph have no vector/);
        else expect(got).toEqual(expected);
      }
    },
  );

  it('matches by key, whatever became of ids and shared names, and counts what only one side has', async () => {
    // Of 24 entities, k10 and k11 sort between k1 and k2: every id after moves.
    const grown = await runs.graph(24);
    const { folder, warnings } = await start(trained, {}, grown);
    const [old, now] = [(await tablesOf(trained)).entity, (await tablesOf(folder)).entity];
    expect(warnings).toContain('4 entities of the graph have no vector and start at random: "k20", "k21", "k22", ...');
    const row = (table: Float32Array, id: number) => table.slice(id * 8, id * 8 + 8);
    const sorted = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`).sort();
    for (const key of sorted(20)) expect(row(now, sorted(24).indexOf(key))).toEqual(row(old, sorted(20).indexOf(key)));
    const smaller = await runs.graph(18);
    const { warnings: left } = await start(trained, {}, smaller);
    expect(left).toContain('2 entities of the vectors are not in the graph: "k18", "k19"');
  });

  it('trains on from them, and says when they are of another model', async () => {
    const { folder, warnings } = await start(trained, { model: 'transe', epochs: 2 });
    expect(warnings).toContain('the vectors are of transr and start transe');
    expect((await tablesOf(folder)).entity).not.toEqual((await tablesOf(trained)).entity);
    const { warnings: wider } = await start(folder, {}, graph);
    expect(wider).toContain('the vectors have no projection: these have their usual starting values');
    const { warnings: other } = await start(folder, { model: 'transe', norm: 1, reciprocal: true });
    expect(other).toContain('the vectors were trained with --norm 2, this is --norm 1');
    expect(other).toContain('the vectors have no reciprocal relations: these 2 start at random');
  });

  it('puts the contents of the files into the hash of the result, not their folder', () => {
    const settings = Object.assign(new TrainEmbeddingSettings(), { kg: 'toy', startFrom: openke });
    const files = trainEmbedding.sources?.(settings) ?? [];
    expect(files.map((file) => file.slice(openke.length + 1))).toEqual([
      'openke.json',
      'entity2id.txt',
      'relation2id.txt',
    ]);
  });

  it("reads LibKGE's lists beside tensors, and twice the relations as reciprocal ones", async () => {
    const folder = runs.folder();
    const keys = Array.from({ length: 20 }, (_, i) => `${i}\tk${i}\n`).join('');
    runs.file('entity_ids.del', keys, folder);
    runs.file('relation_ids.del', '0\t并发症\n1\t有症状\n', folder);
    const array = async (name: string, rows: number) => {
      const sink = new MemorySink();
      await writeNpy(
        sink,
        [rows, 8],
        Float32Array.from({ length: rows * 8 }, (_, i) => i),
      );
      runs.file(name, sink.bytes(), folder);
    };
    await array('entity_embeddings.npy', 20);
    await array('relation_embeddings.npy', 4);
    const { folder: adopted, warnings } = await start(folder, { model: 'distmult', reciprocal: true });
    expect(warnings.filter((text) => /vector/.test(text))).toEqual([]);
    expect([...(await tablesOf(adopted)).relation]).toEqual(Array.from({ length: 32 }, (_, i) => i));
    rmSync(join(folder, 'entity_embeddings.npy'));
    const sink = new MemorySink();
    const tensor = (name: string, rows: number) => {
      return { name, shape: [rows, 8], data: Float32Array.from({ length: rows * 8 }, (_, i) => i) };
    };
    const tensors = [tensor('_base_model._entity_embedder._embeddings.weight', 20)];
    await writeSafetensors(sink, [...tensors, tensor('_base_model._relation_embedder._embeddings.weight', 4)]);
    runs.file('state.safetensors', sink.bytes(), folder);
    const again = await start(folder, { model: 'distmult', reciprocal: true });
    expect(await tablesOf(again.folder)).toEqual(await tablesOf(adopted));
  });

  it("turns RotatE's phases of DGL-KE and OpenKE, which count them in their starting range, into phases", () => {
    expect(phaseScale({ gamma: 12, hidden_dim: 200 }) * ((12 + 2) / 200 / Math.PI)).toBeCloseTo(1, 12);
    expect(phaseScale({ gamma: 12, emb_size: 200 })).toBe(phaseScale({ gamma: 12, hidden_dim: 200 }));
    expect(phaseScale({})).toBe(1);
    const parameters = new Map([
      ['ent_embeddings.weight', { rows: 1, columns: 2, values: Float32Array.of(1, 2) }],
      ['rel_embeddings.weight', { rows: 1, columns: 1, values: Float32Array.of(0.02) }],
      ['rel_embedding_range', { rows: 1, columns: 1, values: Float32Array.of(0.04) }],
    ]);
    const { model, tables } = tablesOfParameters(parameters, 'x');
    expect(model).toBe('rotate');
    expect(tables.relation?.values[0]).toBeCloseTo(Math.PI / 2, 6);
  });
});

/** A copy of a folder, changed. */
function spoilt(folder: string, change: (copy: string) => void): string {
  const copy = runs.folder();
  cpSync(folder, copy, { recursive: true });
  change(copy);
  return copy;
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'latin1')), 'latin1');
}

const inner = (folder: string, name: string) => join(folder, readdirSync(folder)[0], name);

describe('bad vectors', () => {
  const lists: [what: string, change: (text: string) => string, message: RegExp][] = [
    ['ids that leave one out', (text) => text.replace('\t7\n', '\t99\n'), /the id 7 is missing/],
    ['an id twice', (text) => text.replace('\t7\n', '\t6\n'), /the id 6 is there twice/],
    [
      'a name twice',
      (text) => text.replace(/^.*\t7$/m, text.split('\n')[5].replace('\t4', '\t7')),
      /on line 6 already/,
    ],
    ['another separator', (text) => text.replaceAll('\t', ','), /the line is malformed/],
    ['no count', (text) => text.replace('20\n', ''), /the first line is not a count/],
    ['a count that is wrong', (text) => text.replace('20\n', '21\n'), /does not count the lines/],
    ['nothing', () => '', /does not count the lines/],
  ];
  it.each(lists)('entity2id.txt with %s', async (_, change, message) => {
    const folder = spoilt(openke, (copy) => edit(join(copy, 'entity2id.txt'), change));
    await expect(start(folder)).rejects.toMatchObject({
      code: 'formats.id-list',
      message: expect.stringMatching(message),
      details: { place: expect.stringContaining('entity2id.txt') },
    });
  });

  it('fewer names than rows, and none at all', async () => {
    const fewer = spoilt(openke, (copy) =>
      edit(join(copy, 'entity2id.txt'), (text) => text.replace('20\n', '19\n').replace(/^.*\t19\n/m, '')),
    );
    await expect(start(fewer)).rejects.toMatchObject({
      code: 'embedding.row-shift',
      details: { got: '20 rows for 19 names' },
    });
    const none = spoilt(openke, (copy) => rmSync(join(copy, 'entity2id.txt')));
    await expect(start(none)).rejects.toMatchObject({ code: 'embedding.names-missing' });
    const lost = spoilt(dglKe, (copy) => rmSync(inner(copy, 'entities.tsv')));
    await expect(start(lost)).rejects.toMatchObject({ code: 'formats.missing', details: { hint: expect.any(String) } });
  });

  it('a header that PyKEEN would have written', async () => {
    const folder = spoilt(numpy, (copy) => {
      rmSync(join(copy, 'entity_to_id.tsv.gz'));
      runs.file('entity_to_id.tsv', '0\ta\n1\tb\n', copy);
    });
    await expect(start(folder)).rejects.toMatchObject({ code: 'formats.id-list', message: 'the header is missing' });
  });

  it('NaN and infinities, by the name of the row', async () => {
    const array = spoilt(numpy, (copy) => {
      const path = join(copy, 'entity_embeddings.npy');
      const bytes = readFileSync(path);
      bytes.writeFloatLE(Number.POSITIVE_INFINITY, bytes.length - 4);
      writeFileSync(path, bytes);
    });
    const text = spoilt(word2vec, (copy) =>
      edit(join(copy, 'vectors.vec'), (all) => all.replace(/ \S+\n(?!.*\n)/, ' nan\n')),
    );
    const last = expect.stringMatching(/row 19 of entity, that of "实体9"/);
    for (const folder of [array, text]) {
      await expect(start(folder)).rejects.toMatchObject({ code: 'embedding.not-finite', details: { got: last } });
    }
    const json = spoilt(openke, (copy) => edit(join(copy, 'openke.json'), (all) => all.replace(/\[\[[^,]*/, '[[NaN')));
    await expect(start(json)).rejects.toMatchObject({
      code: 'formats.json-matrices',
      details: { place: expect.stringContaining('row 0') },
    });
  });

  it('files that are cut, empty, or no such files', async () => {
    const cut = (folder: string, name: string, keep = 0.6) =>
      spoilt(folder, (copy) => {
        const path = name.startsWith('toy') ? inner(copy, name) : join(copy, name);
        const bytes = readFileSync(path);
        writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * keep)));
      });
    const codeOf = (folder: string) => start(folder).catch((error) => error.code);
    expect(await codeOf(cut(dglKe, 'toy_TransR_entity.npy'))).toBe('formats.npy');
    expect(await codeOf(cut(numpy, 'relation_embeddings.npy', 0))).toBe('formats.truncated');
    expect(await codeOf(cut(trained, MODEL_FILE))).toBe('formats.safetensors');
    expect(await codeOf(cut(trained, MODEL_FILE, 0))).toBe('formats.truncated');
    expect(await codeOf(cut(openke, 'openke.json'))).toBe('formats.json-matrices');
    expect(await codeOf(cut(word2vec, 'vectors.vec'))).toMatch(/^formats\.(word2vec|encoding)$/);
    expect(await codeOf(cut(word2vec, 'vectors.vec', 0))).toBe('formats.word2vec');
    expect(await codeOf(cut(numpy, 'entity_to_id.tsv.gz'))).toBe('formats.gzip');
    const garbage = Buffer.from(Array.from({ length: 999 }, (_, i) => (i * 197 + 3) % 256));
    const spoil = (name: string) => start(runs.file(name, garbage)).catch((error) => error.code);
    expect(await spoil('x.vec')).toMatch(/^formats\./);
    expect(await spoil('x.safetensors')).toBe('formats.safetensors');
    expect(await spoil('x.pkl')).toBe('embedding.torch');
    expect(await codeOf(join(runs.root, 'nothing'))).toBe('disk.missing');
    expect(await codeOf(join(trained, MODEL_FILE, 'below'))).toBe('formats.missing');
    expect(await codeOf(runs.folder())).toBe('embedding.folder');
  });

  it('text whose lines differ, repeat or are not counted', async () => {
    const codes = [
      '2 2\na 1 2\nb 1\n',
      '2 2\na 1 2\na 1 2\n',
      '3 2\na 1 2\nb 1 2\n',
      'a 1 2\nb c 1 2\n',
      'a 1 x\n',
      'a\n',
    ];
    for (const text of codes) {
      await expect(start(runs.file('x.vec', text))).rejects.toMatchObject({ code: 'formats.word2vec' });
    }
  });

  it('another graph, another width, and a checkpoint', async () => {
    const other = await runs.graph(20, 'drug');
    await expect(start(trained, {}, other)).rejects.toMatchObject({
      code: 'embedding.other-graph',
      details: { expected: expect.stringContaining('"drug0"'), got: expect.stringContaining('"k0"') },
    });
    const relations = await runs.graph(20, 'k', ['treats', 'causes']);
    await expect(start(trained, {}, relations)).rejects.toMatchObject({
      code: 'embedding.other-graph',
      details: { expected: expect.stringContaining('"treats"'), got: expect.stringContaining('"有症状"') },
    });
    await expect(start(trained, { dimension: 16 })).rejects.toMatchObject({
      code: 'embedding.width',
      details: { got: '8', hint: expect.stringContaining('--model transr --dimension 8') },
    });
    const checkpoint = runs.folder();
    mkdirSync(checkpoint, { recursive: true });
    runs.file('training.safetensors', '', checkpoint);
    await expect(start(checkpoint)).rejects.toMatchObject({ code: 'embedding.checkpoint' });
  });
});
