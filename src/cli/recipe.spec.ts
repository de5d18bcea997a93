import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecipe } from './recipe.js';

describe('readRecipe', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recipe-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function recipeOf(text: string, data?: string) {
    const path = join(folder, 'recipe.yaml');
    await writeFile(path, text);
    return readRecipe(path, data);
  }

  it('keeps the order of stages and leads paths to its own folder', async () => {
    const recipe = await recipeOf(
      'title: t\nlead: l\nstages:\n  b.second: {kg: toy, files: [../x.csv, ./y.csv]}\n  a.first: {steps: 3, rate: .5}\n',
    );
    expect(recipe.steps).toEqual([
      {
        stage: 'b.second',
        settings: {
          kg: 'toy',
          files: [relative('', join(folder, '..', 'x.csv')), relative('', join(folder, 'y.csv'))],
        },
      },
      { stage: 'a.first', settings: { steps: 3, rate: 0.5 } },
    ]);
  });

  it('leads data paths to the folder of data, and keeps the seeds', async () => {
    const text = 'title: t\nlead: l\nseeds: [3, 1]\nstages:\n  kg.embed: {valid: data:valid.txt}\n';
    const recipe = await recipeOf(text, 'some/where');
    expect(recipe.seeds).toEqual([3, 1]);
    expect(recipe.steps[0].settings).toEqual({ valid: join('some', 'where', 'valid.txt') });
    await expect(recipeOf(text)).rejects.toMatchObject({ code: 'recipe.data' });
  });

  it.each([
    ['title: t\nlead: l\nseeds: [-1]\nstages: {}\n', 'seeds: a list'],
    ['title: t\nlead: l\nstages: [kg.rank]\n', 'stages: a mapping'],
    ['title: t\nlead: l\nstages:\n  kg.rank: 3\n', 'stages.kg.rank'],
    ['title: t\nstages: {}\n', 'title and lead'],
    ['title: t\nlead: l\nstages: {}\nsteps: 3\n', 'only title, lead, seeds and stages'],
  ])('refuses %j with what it expected', async (text, expected) => {
    await expect(recipeOf(text)).rejects.toMatchObject({
      code: 'recipe.shape',
      details: { place: join(folder, 'recipe.yaml'), expected: expect.stringContaining(expected) },
    });
  });
});
