/** A cleaned copy is clean, whatever the source was like. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CounterRandom } from '../base/random.js';
import type { CheckReport } from './check-report.js';
import { checkSource } from './check-source.store.js';
import { findSource, type SourceSettings } from './readers/load-mapping.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-clean-'));
afterAll(() => rmSync(root, { recursive: true }));

async function checked(source: SourceSettings, fix?: string): Promise<CheckReport> {
  const { signal } = new AbortController();
  const steps = checkSource(await findSource(source), { shown: 3, hubShare: 0.05, fix, signal });
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
  }
}

const KEYS = ['a', 'b', 'c', 'd', 'e', '', '=f', '__proto__', 'Ａ', 'unknown'];
const NAMES = ['甲', '乙', '', '-x', '甲 '];
const TYPES = ['疾病', '症状', '', 'T|U'];

/** Tables with every kind of fault, drawn from few values so that they meet. */
function dirtyTables(seed: number): string[] {
  const random = new CounterRandom(seed, 'check-source.spec');
  const of = (list: readonly string[], row: number, cell: number, most = list.length) =>
    list[random.below(most, row, cell)];
  const rows = Array.from({ length: 60 }, (_, i) => i);
  const nodes = rows.map((i) => [of(KEYS, i, 0, KEYS.length - 1), of(NAMES, i, 1), of(TYPES, i, 2), of(NAMES, i, 3)]);
  const edges = rows.map((i) => [of(KEYS, i, 4), of(['r', 's', ''], i, 5), of(KEYS, i, 6), of(['', '2', '-1'], i, 7)]);
  if (seed % 3 === 0) edges.push(['a', 'r']);
  const files = {
    'n.tsv': [['id', 'name', 'type', 'aliases'], ...nodes],
    'e.tsv': [['head', 'relation', 'tail', 'weight'], ...edges],
  };
  return Object.entries(files).map(([name, table]) => {
    const path = join(root, `${seed}-${name}`);
    writeFileSync(path, `${table.map((row) => row.join('\t')).join('\n')}\n`);
    return path;
  });
}

/** A copy cannot know which of two entities a name means, or what should hang on a hub. */
const FOR_PEOPLE = new Set(['ambiguous-name', 'look-alike', 'hub', 'several-types', 'isolated']);

describe('a cleaned copy', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))('of tables with every fault (%i) is clean', async (seed) => {
    const folder = join(root, `clean-${seed}`);
    const before = await checked({ files: dirtyTables(seed) }, folder);
    expect(before.errors).toBeGreaterThan(0);
    const after = await checked({ mapping: join(folder, 'mapping.yaml'), files: [] });
    expect(after.findings.filter(({ kind }) => !FOR_PEOPLE.has(kind))).toEqual([]);
    expect(after.entities).toBe(before.entities);
    const loops = before.findings.find(({ kind }) => kind === 'self-loop')?.count ?? 0;
    expect(after.triples).toBe(before.triples - loops);
  });

  it('is refused where nothing would be in it', async () => {
    const path = join(root, 'loop.csv');
    writeFileSync(path, 'a,r,a\n');
    await expect(checked({ files: [path] }, join(root, 'none'))).rejects.toMatchObject({ code: 'graph.empty' });
  });
});
