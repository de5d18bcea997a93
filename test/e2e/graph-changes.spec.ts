import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Artefact } from '../../src/runs/artefact.js';
import { runStage } from '../../src/runs/stage-runner.js';
import { Workspace } from '../../src/runs/workspace.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { loadStage } from '../../src/stages.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-changes-'));
afterAll(() => rmSync(root, { recursive: true }));
const workspace = new Workspace(join(root, 'home'));

function file(name: string, rows: string[]): string {
  const path = join(root, name);
  writeFileSync(path, `head,relation,tail\n${rows.join('\n')}\n`);
  return path;
}

async function run(name: string, settings: Record<string, unknown>): Promise<Artefact> {
  const stage = await loadStage(name);
  const { signal } = new AbortController();
  const steps = runStage(stage, parseSettings(stage.settings, settings, 'test'), {
    workspace,
    environment: { threads: 1 },
    signal,
    loadStage,
  });
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
  }
}

const importRows = (kg: string, path: string, source: string) =>
  run('kg.import', { kg, mapping: 'plain-triples', files: [path], source });
const mergeRows = (kg: string, path: string, source: string) =>
  run('kg.merge', { kg, mapping: 'plain-triples', files: [path], source });
const hashOf = ({ manifest }: Artefact) => manifest.figures['contentHash'];
const newest = (kg: string) => workspace.newest('kg.import', { kg });

describe('a graph that changes', () => {
  const first = file('first.csv', ['感冒,有症状,发热', '感冒,用药,对乙酰氨基酚']);
  const second = file('second.csv', ['流感,有症状,发热', '感冒,有症状,发热']);
  const edition = file('edition.csv', ['流感,有症状,咳嗽']);

  it('is again the first when that is imported after another', async () => {
    const a = await importRows('aba', first, 'x');
    await importRows('aba', second, 'x');
    const again = await importRows('aba', first, 'x');
    expect(again.hash).toBe(a.hash);
    expect((await newest('aba'))?.folder).toBe(a.folder);
  });

  it('takes a second source, its new edition, and its removal', async () => {
    const alone = await importRows('grown', first, 'one');
    const merged = await mergeRows('grown', second, 'two');
    expect(merged.manifest).toMatchObject({ stage: 'kg.import', madeBy: 'kg.merge' });
    expect(merged.manifest.figures).toMatchObject({ triples: 3, entities: 4, sources: 'one, two' });
    expect((await newest('grown'))?.hash).toBe(merged.hash);
    const renewed = await mergeRows('grown', edition, 'two');
    expect(renewed.manifest.figures).toMatchObject({ triples: 3, entities: 5, sources: 'one, two' });
    const left = await run('kg.remove', { kg: 'grown', source: 'two' });
    expect(hashOf(left)).toBe(hashOf(alone));
    expect((await newest('grown'))?.hash).toBe(left.hash);
    await expect(run('kg.remove', { kg: 'grown', source: 'two' })).rejects.toMatchObject({
      code: 'graph.source-unknown',
    });
    await expect(run('kg.remove', { kg: 'grown', source: 'one' })).rejects.toMatchObject({ code: 'graph.source-last' });
  });

  it('does not depend on which source came first', async () => {
    await importRows('left', first, 'one');
    await importRows('right', second, 'two');
    const [left, right] = [await mergeRows('left', second, 'two'), await mergeRows('right', first, 'one')];
    expect(hashOf(left)).toBe(hashOf(right));
  });

  it('is ranked anew after a merge', async () => {
    await importRows('ranked', first, 'one');
    const before = await run('kg.rank', { kg: 'ranked' });
    await mergeRows('ranked', second, 'two');
    const after = await run('kg.rank', { kg: 'ranked' });
    expect(after.hash).not.toBe(before.hash);
    expect(after.manifest.figures['entities']).toBe(4);
  });
});
