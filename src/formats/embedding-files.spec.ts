import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { MemorySink } from './byte-sink.js';
import { type DglKeModel, readDglKe, writeDglKe } from './dgl-ke.js';
import { readIdList, writeIdList } from './id-list.js';
import { JsonMatrixScanner } from './json-matrices.js';
import { readOpenkeJson, writeOpenkeJson } from './openke-json.js';
import { readVocabulary } from './vocabulary.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedding-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(content: string | Uint8Array): Promise<string> {
  const path = join(folder, 'file');
  await writeFile(path, content);
  return path;
}

const entities = { rows: 2, columns: 2, values: Float32Array.of(0.1, -2.5, 1e-30, 3) };
const relations = { rows: 1, columns: 3, values: Float32Array.of(1, 2, 1 / 3) };
const transfer = { rows: 1, columns: 6, values: Float32Array.of(1, 0, 0, 0, 1, 0) };

function scan(text: string, cuts: readonly number[] = []) {
  const scanner = new JsonMatrixScanner('test.json');
  let start = 0;
  for (const end of [...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length]) {
    scanner.push(text.slice(start, end));
    start = end;
  }
  return scanner.finish();
}

describe('JsonMatrixScanner', () => {
  it('reads numbers, lists and matrices, however the text is cut', () => {
    const text = '{"a": [[1, -2.5e1],\n[3,4]], "p\\u0061": [3.14], "z": 0, "e": [], "r": [[],[]]}';
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 8 }), (cuts) => {
        const matrices = scan(text, cuts);
        expect(matrices.get('a')).toEqual({ rows: 2, columns: 2, values: Float32Array.of(1, -25, 3, 4) });
        expect(matrices.get('pa')).toEqual({ rows: 1, columns: 1, values: Float32Array.of(3.14) });
        expect(matrices.get('z')).toEqual({ rows: 1, columns: 1, values: Float32Array.of(0) });
        expect(matrices.get('e')?.rows).toBe(0);
        expect(matrices.get('r')).toMatchObject({ rows: 2, columns: 0 });
      }),
    );
  });

  it.each([
    '',
    '{',
    '[]',
    '{"a"}',
    '{"a":}',
    '{"a":[1,]}',
    '{"a":[[1],[1,2]]}',
    '{"a":[1,[2]]}',
    '{"a":[[1],2]}',
    '{"a":[[[1]]]}',
    '{"a":NaN}',
    '{"a":1e99}',
    '{"a":1-2}',
    '{"a":1,"a":2}',
    '{"a":1,}',
    '{"a":1}x',
    '{"a":"b"}',
    '{"a":1]',
    '{"a":[1}',
    `{"${'x'.repeat(5000)}`,
  ])('refuses %s', (text) => {
    expect(() => scan(text)).toThrow(MedgraftError);
  });

  it('accepts of any text only what JSON.parse accepts, and reads the same numbers', () => {
    const unit = fc.constantFrom('[', ']', ',', '1', '0', '-', '.', 'e', '1', ' ', '[1]', '[', ']');
    let accepted = 0;
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 8 }), fc.array(fc.nat(20), { maxLength: 3 }), (inner, cuts) => {
        const content = `{"k":${inner}}`;
        let matrices: ReturnType<typeof scan>;
        try {
          matrices = scan(content, cuts);
        } catch (error) {
          expect(error).toBeInstanceOf(MedgraftError);
          return;
        }
        accepted++;
        const numbers = [JSON.parse(content).k].flat(2).map((value) => Math.fround(value));
        expect([...(matrices.get('k')?.values ?? [])]).toEqual(numbers);
      }),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

describe('OpenKE JSON', () => {
  it('gives every float32 back and is JSON', async () => {
    const sink = new MemorySink();
    await writeOpenkeJson(sink, { entities, relations, transfer });
    const path = await file(sink.bytes());
    expect(JSON.parse(await readFile(path, 'utf8'))['ent_embeddings.weight'][0].map(Math.fround)).toEqual([
      Math.fround(0.1),
      -2.5,
    ]);
    expect(await readOpenkeJson(path)).toEqual({ entities, relations, transfer });
  });

  it('gives random float32 patterns back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 1 }), async (values) => {
        const sink = new MemorySink();
        const matrix = { rows: 1, columns: values.length, values };
        await writeOpenkeJson(sink, { entities: matrix, relations });
        const scanner = new JsonMatrixScanner('x');
        scanner.push(Buffer.from(sink.bytes()).toString());
        expect(
          scanner
            .finish()
            .get('ent_embeddings.weight')
            ?.values.map((v) => v + 0),
        ).toEqual(values.map((v) => v + 0));
      }),
    );
  });

  it('refuses what is missing, does not fit, or is not finite', async () => {
    const row = '[[1,2]]';
    await expect(readOpenkeJson(await file(`{"ent_embeddings.weight":${row}}`))).rejects.toMatchObject({
      code: 'formats.openke',
    });
    const all = `{"ent_embeddings.weight":${row},"rel_embeddings.weight":${row},"transfer_matrix.weight":${row},"zero_const":[0.0]}`;
    await expect(readOpenkeJson(await file(all))).rejects.toMatchObject({
      details: { expected: '1 x 4', got: '1 x 2' },
    });
    const broken = { ...entities, values: Float32Array.of(1, 2, Number.NaN, 4) };
    await expect(writeOpenkeJson(new MemorySink(), { entities: broken, relations })).rejects.toThrow(/row 1/);
  });
});

describe('DGL-KE folders', () => {
  const model: DglKeModel = {
    model: 'TransR',
    dataset: 'medicals',
    entities,
    relations,
    projection: transfer,
    entityNames: ['人参', 'vitamin C'],
    relationNames: ['治疗'],
    settings: { gamma: 9 },
  };

  it('returns what was written, under the names that DGL-KE uses', async () => {
    const path = await writeDglKe(folder, model);
    expect(basename(path)).toBe('TransR_medicals_0');
    expect(basename(await writeDglKe(folder, model))).toBe('TransR_medicals_1');
    expect(await readFile(join(path, 'entities.tsv'), 'utf8')).toBe('0\t人参\n1\tvitamin C\n');
    await readFile(join(path, 'medicals_TransRprojection.npy'));
    const read = await readDglKe(path);
    expect(read).toMatchObject({ ...model, settings: { gamma: 9, emb_size: 2 } });
  });

  it.each([
    { dataset: 'd', model: 'TransE_l2', emp_file: 'e.tsv', rmap_file: 'r.tsv' },
    { dataset: 'd', model_name: 'TransE_l2', emap_file: 'e.tsv', rmap_file: 'r.tsv' },
  ])('reads the dialect %j', async (config) => {
    const source = await writeDglKe(folder, { ...model, model: 'TransE_l2', dataset: 'd', projection: undefined });
    await writeFile(join(source, 'config.json'), JSON.stringify(config));
    await writeFile(join(source, 'e.tsv'), '1\tb\r\n0\ta\r\n');
    await writeFile(join(source, 'r.tsv'), '0\tr\n');
    expect((await readDglKe(source)).entityNames).toEqual(['a', 'b']);
  });

  it('refuses a config that is broken, incomplete, or points elsewhere', async () => {
    const source = await writeDglKe(folder, model);
    const config = JSON.parse(await readFile(join(source, 'config.json'), 'utf8'));
    for (const text of ['{', '[]', '{}', JSON.stringify({ ...config, emap_file: '../secret' })]) {
      await writeFile(join(source, 'config.json'), text);
      await expect(readDglKe(source)).rejects.toMatchObject({ code: 'formats.dgl-ke' });
    }
    await expect(readDglKe(join(folder, 'none'))).rejects.toMatchObject({ code: 'formats.missing' });
    await expect(writeDglKe(folder, { ...model, dataset: '../x' })).rejects.toMatchObject({ code: 'formats.dgl-ke' });
    await expect(writeDglKe(folder, { ...model, entityNames: ['a'] })).rejects.toThrow(RangeError);
  });
});

describe('id lists', () => {
  it('returns what was written', async () => {
    const sink = new MemorySink();
    await writeIdList(sink, ['人参', 'vitamin C', '__proto__']);
    expect(Buffer.from(sink.bytes()).toString()).toBe('3\n人参\t0\nvitamin C\t1\n__proto__\t2\n');
    expect(await readIdList(await file(sink.bytes()))).toEqual(['人参', 'vitamin C', '__proto__']);
    expect(await readIdList(await file('2\r\na b\t1\r\nc 0\r\n'))).toEqual(['c', 'a b']);
    await expect(writeIdList(sink, ['a\tb'])).rejects.toThrow(RangeError);
  });

  it.each([
    ['a count that is wrong', '3\na\t0\nb\t1\n', 'count'],
    ['no count', 'a\t0\n', 'not a count'],
    ['an empty file', '', 'count'],
    ['an id twice', '2\na\t0\nb\t0\n', 'the id 0 is there twice'],
    ['a name twice', '2\na\t0\na\t1\n', 'on line 2 already'],
    ['a gap', '2\na\t0\nb\t2\n', 'the id 1 is missing'],
    ['an id that is no number', '1\na\tx\n', 'not a number'],
    ['a line without separator', '1\na\n', 'malformed'],
  ])('refuses %s', async (_, text, message) => {
    const error = await readIdList(await file(text)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'formats.id-list' });
    expect((error as MedgraftError).message).toContain(message);
  });
});

describe('vocabularies', () => {
  const special = '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n';

  it('reads tokens and ids', async () => {
    const vocabulary = await readVocabulary(await file(`${special}人\n##人\n`));
    expect(vocabulary.ids.get('##人')).toBe(6);
    expect(vocabulary.special['[MASK]']).toBe(4);
  });

  it.each([
    [`${special.replace('[MASK]\n', '')}人\n`, 'lacks [MASK]'],
    ['', 'lacks [PAD], [UNK], [CLS], [SEP], [MASK]'],
    [`${special}人\n人\n`, 'on line 6 already'],
    [`${special}\n人\n`, 'empty'],
  ])('refuses %j', async (text, message) => {
    const error = await readVocabulary(await file(text)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'formats.vocabulary' });
    expect((error as MedgraftError).message).toContain(message);
  });
});

describe('list parsers', () => {
  it('survive any bytes', async () => {
    await mkdir(join(folder, 'sub'));
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string({ unit: fc.constantFrom('1', '0', 'a', '\t', '\n', '\r', '{', '"', ':', '[', ','), maxLength: 40 }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        const path = await file(content);
        for (const read of [readIdList, readVocabulary, readOpenkeJson]) {
          await read(path).catch((error: unknown) => expect(error).toBeInstanceOf(MedgraftError));
        }
      }),
      { numRuns: 300 },
    );
  });
});
