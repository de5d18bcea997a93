/** A comparison from its plan, as a person starts it: tables, curves, a second time from the workspace, plans that are none. */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readComparisonPlan } from '../../src/cli/comparison/comparison-plan.js';
import { checkPlan } from '../../src/cli/comparison/run-comparison.js';
import type { Comparison } from '../../src/smedbert/comparison/comparison-report.js';
import { ROOT } from '../house/source-files.js';
import { medgraft } from './medgraft.js';

vi.setConfig({ testTimeout: 240_000 });
const home = mkdtempSync(join(tmpdir(), 'medgraft-compare-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const PLAN = join(ROOT, 'recipes/comparison/toy.yaml');
const OUT = join(home, 'out');

/** The toy plan with another text in it. */
function changedPlan(change: (text: string) => string): string {
  const path = join(home, 'plan.yaml');
  copyFileSync(PLAN, path);
  writeFileSync(path, change(readFileSync(path, 'utf8')));
  return path;
}

describe('plans of comparisons', () => {
  it('that are published are plans', async () => {
    const folder = join(ROOT, 'recipes/comparison');
    const names = readdirSync(folder);
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const plan = await readComparisonPlan(join(folder, name), 'data');
      await checkPlan(plan, name);
      expect(plan.contrasts.length).toBeGreaterThan(1);
    }
  });
});

describe('smedbert compare', () => {
  it('trains every variant and tells the differences', async () => {
    const { code, out, err } = await medgraft(home, 'smedbert', 'compare', PLAN, '--seeds', '1', '--out', OUT);
    expect(code, err).toBe(0);
    expect(out).toContain('## entities: ');
    expect(out).toMatch(/\| on - shuffled \| f1 \| [+-]\d/);
    expect(readdirSync(OUT).sort()).toEqual([
      'comparison.json',
      'comparison.md',
      'curves-mention-mlm.svg',
      'curves-mlm.svg',
      'curves.csv',
      'differences.csv',
      'figures.csv',
    ]);
    const comparison: Comparison = JSON.parse(readFileSync(join(OUT, 'comparison.json'), 'utf8'));
    expect(comparison.pretraining.map(({ variant }) => variant)).toEqual(['on', 'shuffled', 'off']);
    for (const { seeds } of comparison.pretraining) expect(seeds[0].figures).toMatchObject({ steps: 20 });
    expect(comparison.tasks.map(({ task, variants }) => [task, variants.length])).toEqual([
      ['entities', 3],
      ['matching', 3],
    ]);
    expect(readFileSync(join(OUT, 'curves.csv'), 'utf8')).toMatch(/^on,1,10,mlm,\d/m);
  });

  it('takes what is there from the workspace, and says the same', async () => {
    const before = readFileSync(join(OUT, 'comparison.md'), 'utf8');
    const again = join(home, 'again');
    const { code, err } = await medgraft(home, 'smedbert', 'compare', PLAN, '--seeds', '1', '--out', again);
    expect(code, err).toBe(0);
    expect(err).toContain('smedbert.pretrain: finished earlier');
    expect(readFileSync(join(again, 'comparison.md'), 'utf8')).toBe(before);
  });

  it.each([
    [
      'a variant with more steps',
      (text: string) => text.replace("{graph: 'off'}", "{graph: 'off', steps: 40}"),
      'comparison.budget',
    ],
    ['a contrast of nobody', (text: string) => text.replace("['on', shuffled]", "['on', nobody]"), 'recipe.shape'],
    ['a setting that no stage has', (text: string) => text.replace('steps: 20', 'stepz: 20'), 'settings.invalid'],
    ['no seeds', (text: string) => text.replace('seeds: [1, 2]', 'seeds: []'), 'recipe.shape'],
  ])('refuses %s before it trains', async (_, change, code) => {
    const { code: exit, err } = await medgraft(home, 'smedbert', 'compare', changedPlan(change));
    expect(exit).not.toBe(0);
    expect(err).toContain(`[${code}]`);
    expect(err).not.toContain('smedbert.pretrain');
  });
});
