/** Rows of a source whose files are given as text, for the specs of readers. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseMapping } from '../../src/graph/readers/mapping.js';
import { readSource } from '../../src/graph/readers/read-source.js';
import type { SourceRow } from '../../src/graph/readers/source-row.js';

export type Files = Record<string, string | Uint8Array>;

export async function rowsOf(mapping: object, files: Files): Promise<SourceRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-rows-'));
  try {
    const located = new Map(Object.keys(files).map((name) => [name, join(folder, name)]));
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const rows: SourceRow[] = [];
    for await (const block of readSource(parseMapping(mapping, 'mapping.yaml'), located)) rows.push(...block);
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const errorsOf = (rows: SourceRow[]) =>
  rows.flatMap((row) => (row.kind === 'error' ? [`${row.line} ${row.code}`] : []));
export const entitiesOf = (rows: SourceRow[]) => rows.flatMap((row) => (row.kind === 'entity' ? [row.entity] : []));
export const triplesOf = (rows: SourceRow[]) =>
  rows.flatMap((row) => (row.kind === 'triple' ? [Object.values(row.triple).join(' ')] : []));
