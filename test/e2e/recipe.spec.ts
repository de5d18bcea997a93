/** Published results are recipes that run: each file's settings are settings, and the command trains once for each seed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readRecipe } from '../../src/cli/recipe.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { loadStage } from '../../src/stages.js';
import { medgraft } from './medgraft.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-recipe-'));
afterAll(() => rmSync(root, { recursive: true }));

const RECIPE = `
title: Small vectors
lead: of a small graph
seeds: [1, 2]
stages:
  kg.import: { kg: toy, mapping: toy }
  kg.embed: { kg: toy, model: distmult, dimension: 8, epochs: 2, exportOpenKe: false, test: data:test.tsv }
`;

const published = readdirSync('recipes/embedding').filter((name) => name.endsWith('.yaml'));
const abbreviations = readdirSync('recipes/medal').filter((name) => name.endsWith('.yaml'));
const models = readdirSync('recipes/smedbert').filter((name) => name.endsWith('.yaml'));

/** The settings of a recipe's stages, each checked. */
async function stagesOf(folder: string, name: string): Promise<Map<string, Record<string, unknown>>> {
  const { steps } = await readRecipe(join(folder, name), 'data');
  const stages = new Map<string, Record<string, unknown>>();
  for (const { stage, settings } of steps) {
    const { settings: settingsClass } = await loadStage(stage);
    stages.set(stage, parseSettings(settingsClass, settings, name) as Record<string, unknown>);
  }
  return stages;
}

describe('recipes', () => {
  it.each(published)('%s has valid settings and seeds', async (name) => {
    const { steps, seeds, title } = await readRecipe(join('recipes/embedding', name), 'data');
    expect(seeds.length).toBeGreaterThan(1);
    expect(title).not.toBe('');
    for (const { stage, settings } of steps) {
      const { settings: settingsClass } = await loadStage(stage);
      expect(() => parseSettings(settingsClass, settings, name)).not.toThrow();
    }
  });

  it.each(models)('%s has valid settings, from import to evaluation, of one graph and corpus', async (name) => {
    const stages = await stagesOf('recipes/smedbert', name);
    expect([...stages.keys()].at(0)).toBe('kg.import');
    expect([...stages.keys()].at(-1)).toBe('smedbert.evaluate');
    const { kg, corpus } = stages.get('smedbert.pretrain') ?? {};
    for (const [stage, settings] of stages) {
      if (stage !== 'corpus.prepare') expect(settings['kg'], stage).toBe(kg);
      if (!stage.startsWith('kg.')) expect(settings['corpus'], stage).toBe(corpus);
    }
  });

  it.each(abbreviations)('%s has valid settings, all of one corpus or one sample set and model', async (name) => {
    const stages = [...(await stagesOf('recipes/medal', name)).values()];
    const named = (setting: string) =>
      new Set(stages.flatMap(({ [setting]: value }) => (value === undefined ? [] : [value])));
    expect(named('corpus').size + named('samples').size).toBe(1);
    expect(named('model').size).toBe(named('samples').size);
    const models = [...named('model')];
    if (models.length > 0) expect(name).toBe(`pmc-${models[0]}.yaml`);
  });

  it('base-paper and base-repository differ where paper and repository do', async () => {
    const paper = await stagesOf('recipes/smedbert', 'base-paper.yaml');
    const repository = await stagesOf('recipes/smedbert', 'base-repository.yaml');
    const both = (stage: string, setting: string) => [paper, repository].map((of) => of.get(stage)?.[setting]);
    expect(both('kg.embed', 'dimension')).toEqual([200, 100]);
    expect(both('smedbert.pretrain', 'neighbours')).toEqual([10, 7]);
    expect(both('smedbert.pretrain', 'neighbourOrder')).toEqual(['pepr', 'pagerank']);
    expect(both('smedbert.pretrain', 'neighbourLossWeight')).toEqual([2, 1]);
    expect(both('smedbert.pretrain', 'mentionLossWeight')).toEqual([4, 0]);
    expect(both('smedbert.pretrain', 'typeAggregation')).toEqual(['sum', 'mean']);
    expect(both('smedbert.pretrain', 'proposal')).toEqual(['frequency', 'uniform']);
    expect(both('smedbert.pretrain', 'masking')).toEqual(['dynamic', 'static']);
    expect(both('smedbert.pretrain', 'maskProbability')).toEqual([0.8, 0.5]);
    for (const stages of [paper, repository]) {
      const { batchSize, accumulation, maximumTokens } = stages.get('smedbert.pretrain') ?? {};
      expect(Number(batchSize) * Number(accumulation)).toBe(512);
      expect(maximumTokens).toBe(512);
    }
  });

  it('tiny runs from import to evaluation', async () => {
    const { code, out, err } = await medgraft(root, 'recipe', 'recipes/smedbert/tiny.yaml', '--json');
    expect(code, err).toBe(0);
    const { runs } = JSON.parse(out.trim().split('\n').at(-1) ?? '');
    expect(runs[0].figures['on.loss']).toBeGreaterThan(0);
    expect(runs[0].figures['off.mlm']).toBeGreaterThan(0);
  }, 120_000);

  it('run once for each seed, and not again', async () => {
    const recipe = join(root, 'small.yaml');
    const out = join(root, 'figures.json');
    writeFileSync(recipe, RECIPE);
    writeFileSync(join(root, 'test.tsv'), '高血压\t并发症\t冠心病\n');
    const run = (...flags: string[]) => medgraft(root, 'recipe', recipe, '--data', root, ...flags);
    const first = await run('--out', out);
    expect(first).toMatchObject({ code: 0 });
    expect(first.out).toMatch(/^Small vectors\nseed .*distmultMrr.*\n1 .*\n2 .*\nmean /);
    const figures = JSON.parse(readFileSync(out, 'utf8'));
    expect(figures.runs.map(({ seed }: { seed: number }) => seed)).toEqual([1, 2]);
    const [a, b] = figures.runs.map((one: { figures: { distmultMrr: number } }) => one.figures.distmultMrr);
    expect(figures.mean.distmultMrr).toBeCloseTo((a + b) / 2, 10);
    const again = await run('--seeds', '2', '--json');
    expect(again.out).toContain('taken from an earlier run');
    expect(JSON.parse(again.out.trim().split('\n').at(-1) ?? '').runs[0].figures).toEqual(figures.runs[1].figures);
  });

  it('says what is wrong with the call', async () => {
    const recipe = join(root, 'small.yaml');
    writeFileSync(recipe, RECIPE);
    expect((await medgraft(root, 'recipe', recipe)).err).toContain('recipe.data');
    expect((await medgraft(root, 'recipe', join(root, 'absent.yaml'))).err).toContain('config.missing');
    expect((await medgraft(root, 'recipe', recipe, '--seeds', '1,x')).code).not.toBe(0);
  });
});
