/** Whatever is written comes back the same, bit by bit: every model in every layout that has it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { calledName, EMBEDDING_MODELS, type EmbeddingModelName, tablesOf, traitsOf } from '../create-embedding.js';
import { isOfEntities, tableSize } from '../embedding-model.js';
import type { VectorTables } from './named-vectors.js';
import { readVectors } from './read-vectors.store.js';
import { VECTOR_FORMATS, type VectorFormat, type WrittenVectors } from './write-vectors.store.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-vectors-'));
afterAll(() => rmSync(root, { recursive: true }));

const ODD_NAMES = ['头 晕', '%20', 'a%2520b', '5 3', '"q"', '　', '-1e5', '__proto__', "it's", 'a\u00a0b', '\u0085'];
const name = fc.oneof(
  fc.constantFrom(...ODD_NAMES),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((text) => !/[\t\r\n]/.test(text)),
);
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 5 });
const DIMENSION = 4;

function vectorsOf(
  model: EmbeddingModelName,
  entityNames: string[],
  relationNames: string[],
  numbers: Float32Array,
): WrittenVectors {
  const relationDimension = traitsOf(model).relationDimension?.(DIMENSION) ?? 3;
  const [entities, relations] = [entityNames.length, relationNames.length];
  const shape = { entities, relations, dimension: DIMENSION, relationDimension };
  let at = 0;
  const tables = tablesOf(model).map((table) => {
    const { rows, width } = tableSize(shape, table);
    const count = isOfEntities(table) ? entities : relations;
    const values = Float32Array.from({ length: rows * width }, () => numbers[at++ % numbers.length]);
    return [table, { rows: count, columns: (rows * width) / count, values }] as const;
  });
  return {
    place: root,
    model,
    norm: 1,
    called: calledName(model, 1),
    dataset: 'toy',
    entityNames,
    relationNames,
    reciprocal: false,
    tables: Object.fromEntries(tables) as unknown as VectorTables,
    facts: { model, norm: '1', relations: String(relations) },
  };
}

const bits = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');

/** Formats that know a model. */
function formatsOf(model: EmbeddingModelName): VectorFormat[] {
  const without: Partial<Record<VectorFormat, readonly EmbeddingModelName[]>> = {
    dglke: ['transh', 'transd'],
    'dglke-old': ['transh', 'transd'],
    openke: ['simple'],
    smedbert: EMBEDDING_MODELS.filter((other) => other !== 'transr'),
  };
  return (Object.keys(VECTOR_FORMATS) as VectorFormat[]).filter((format) => !without[format]?.includes(model));
}

describe.each(EMBEDDING_MODELS)('vectors of %s', (model) => {
  it.each(formatsOf(model))('come back from %s to the same bits', async (format) => {
    const numbers = fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(names, names, numbers, async (entityNames, relationNames, values) => {
        const folder = mkdtempSync(join(root, 'v'));
        const written = vectorsOf(model, entityNames, relationNames, values);
        const lost = await VECTOR_FORMATS[format](folder, written);
        expect(lost).toBe(format === 'word2vec' ? 'relations' : undefined);
        const read = await readVectors(folder, model);
        expect(read.entityNames).toEqual(entityNames);
        expect(read.relationNames).toEqual(format === 'word2vec' ? [] : relationNames);
        const tables = format === 'word2vec' ? { entity: written.tables.entity } : written.tables;
        expect(Object.keys(read.tables).sort()).toEqual(Object.keys(tables).sort());
        for (const [table, { rows, columns, values: expected }] of Object.entries(tables)) {
          const got = read.tables[table as keyof VectorTables];
          expect([got?.rows, got?.columns]).toEqual([rows, columns]);
          expect(bits(got?.values as Float32Array)).toBe(bits(expected));
        }
        if (read.model !== undefined) expect(read.model).toBe(model);
      }),
      { numRuns: 3 },
    );
  });

  it.each((Object.keys(VECTOR_FORMATS) as VectorFormat[]).filter((format) => !formatsOf(model).includes(format)))(
    'are refused by %s',
    async (format) => {
      const written = vectorsOf(model, ['a'], ['r'], Float32Array.of(1));
      await expect((async () => VECTOR_FORMATS[format](root, written))()).rejects.toMatchObject({
        code: 'embedding.format',
      });
    },
  );
});
