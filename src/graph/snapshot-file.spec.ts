import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { buildSnapshot } from './build-snapshot.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { loadSnapshot, writeSnapshot } from './snapshot-file.js';

const entities = [
  { key: 'D1', name: '高血压', types: ['疾病', '体征'], aliases: ['HTN', '血压高'] },
  { key: 'D2', name: '糖尿病', types: ['疾病'], aliases: [] },
  { key: 'S1', name: '头晕', types: ['症状'], aliases: ['𠮷晕'] },
  { key: 'X', name: '孤立', types: [], aliases: [] },
];
const triples = [
  { head: 'D2', relation: '有症状', tail: 'S1' },
  { head: 'D1', relation: '有症状', tail: 'S1', weight: 1 },
  { head: 'D1', relation: '并发症', tail: 'D2', weight: 0.5 },
  { head: 'D1', relation: '有症状', tail: 'S1', weight: 3 },
  { head: 'S1', relation: '有症状', tail: 'S1' },
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'medgraft-snapshot-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof MedgraftError) return error.code;
    throw error;
  }
  return 'none';
}

describe('buildSnapshot', () => {
  const snapshot = buildSnapshot(entities, triples);

  it('sorts rows by (relation, entity), keeps the greatest weight of a repeated triple and the self-loop', () => {
    expect(snapshot.tripleCount).toBe(4);
    const relation = (name: string) => snapshot.relationNames.idOf(name);
    expect([...snapshot.outgoing.offsets]).toEqual([0, 2, 3, 4, 4]);
    expect([...snapshot.outgoing.entities]).toEqual([1, 2, 2, 2]);
    expect([...snapshot.outgoing.relations].slice(0, 2)).toEqual([relation('并发症'), relation('有症状')]);
    expect([...snapshot.outgoing.weights!]).toEqual([0.5, 3, 1, 1]);
    expect([...snapshot.incoming.offsets]).toEqual([0, 0, 1, 4, 4]);
    expect([...snapshot.incoming.entities]).toEqual([0, 0, 1, 2]);
    expect([...snapshot.incoming.weights!]).toEqual([0.5, 3, 1, 1]);
  });

  it('numbers types by name, takes the first as main type, and keeps aliases by entity', () => {
    const typeOf = (entity: number) => snapshot.typeNames.at(snapshot.entityTypes[entity]);
    expect([0, 1, 2, 3].map(typeOf)).toEqual(['疾病', '疾病', '症状', 'entity']);
    expect([...snapshot.aliasOffsets]).toEqual([0, 2, 2, 3, 3]);
    expect(snapshot.aliasTexts.at(2)).toBe('𠮷晕');
  });

  it('has no weights when the source has none', () => {
    expect(buildSnapshot(entities, triples.slice(0, 1)).outgoing.weights).toBeUndefined();
  });

  it('refuses a dangling end, and unites a repeated key', () => {
    expect(codeOf(() => buildSnapshot(entities, [{ head: 'D1', relation: 'r', tail: 'nowhere' }]))).toBe(
      'graph.dangling',
    );
    expect(buildSnapshot([entities[0], entities[0]], []).entityCount).toBe(1);
  });

  it('sorts like a comparison sort on many random triples', () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({
      head: `e${(i * 7919) % 97}`,
      relation: `r${(i * 31) % 5}`,
      tail: `e${(i * i) % 89}`,
    }));
    const keys = Array.from({ length: 97 }, (_, i) => ({ key: `e${i}`, name: `e${i}`, types: [], aliases: [] }));
    const built = buildSnapshot(keys, many);
    const expected = [...new Set(many.map((t) => `${t.head} ${t.relation} ${t.tail}`))].sort();
    expect(built.tripleCount).toBe(expected.length);
    const seen = (rows: GraphSnapshot['outgoing'], out: boolean) => {
      const list: string[] = [];
      for (let e = 0; e < built.entityCount; e++) {
        for (let i = rows.offsets[e]; i < rows.offsets[e + 1]; i++) {
          const [head, tail] = out ? [e, rows.entities[i]] : [rows.entities[i], e];
          const [headKey, tailKey] = [head, tail].map((id) => built.entityKeys.at(id));
          list.push(`${headKey} ${built.relationNames.at(rows.relations[i])} ${tailKey}`);
          if (i > rows.offsets[e]) {
            const order = (j: number) => rows.relations[j] * 1000 + rows.entities[j];
            expect(order(i)).toBeGreaterThan(order(i - 1));
          }
        }
      }
      return list.sort();
    };
    expect(seen(built.outgoing, true)).toEqual(expected);
    expect(seen(built.incoming, false)).toEqual(expected);
  });
});

describe('snapshot folder', () => {
  it('gives back what was written', async () => {
    const snapshot = buildSnapshot(entities, triples);
    await writeSnapshot(folder, snapshot);
    const read = loadSnapshot(folder);
    expect(read.outgoing).toEqual(snapshot.outgoing);
    expect(read.incoming).toEqual(snapshot.incoming);
    expect(read.entityTypes).toEqual(snapshot.entityTypes);
    expect(entities.map((_, i) => read.entityNames.at(i))).toEqual(entities.map((e) => e.name));
    expect(read.entityKeys.idOf('S1')).toBe(2);
    expect(read.entityKeys.idOf('S2')).toBeUndefined();
    expect(read.aliasTexts.idOf('𠮷晕')).toBe(2);
  });

  it('holds an empty graph', async () => {
    await writeSnapshot(folder, buildSnapshot([], []));
    expect(loadSnapshot(folder).entityCount).toBe(0);
  });

  it('refuses a missing, torn, altered or foreign folder', async () => {
    expect(codeOf(() => loadSnapshot(folder))).toBe('graph.snapshot-missing');
    await writeSnapshot(folder, buildSnapshot(entities, triples));
    const file = join(folder, 'outgoing.entities.u32');
    const bytes = readFileSync(file);
    truncateSync(file, 4);
    expect(codeOf(() => loadSnapshot(folder))).toBe('graph.snapshot-damaged');
    writeFileSync(file, Buffer.alloc(bytes.length, 255));
    expect(codeOf(() => loadSnapshot(folder))).toBe('graph.snapshot-damaged');
    writeFileSync(file, bytes);
    const index = JSON.parse(readFileSync(join(folder, 'snapshot.json'), 'utf8'));
    writeFileSync(join(folder, 'snapshot.json'), JSON.stringify({ ...index, format: 9 }));
    expect(codeOf(() => loadSnapshot(folder))).toBe('graph.snapshot-format');
    writeFileSync(join(folder, 'snapshot.json'), '{"format":1');
    expect(codeOf(() => loadSnapshot(folder))).toBe('graph.snapshot-damaged');
  });
});
