/**
 * A recipe: one YAML file that says a chain of stages and their settings, in order, and the seeds to run it with. A string
 * that begins with `./` or `../` is a path from the recipe's folder, so that the recipe works from wherever it is called;
 * one that begins with `data:` is a path in the folder of data that the caller names.
 */
import { dirname, join, relative } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { readConfigFile } from './config-file.js';

const DATA = 'data:';

export interface Recipe {
  readonly title: string;
  readonly lead: string;
  /** Each is a run of the whole chain; none: one run with the stages' own seeds. */
  readonly seeds: readonly number[];
  readonly steps: readonly RecipeStep[];
}

export interface RecipeStep {
  readonly stage: string;
  /** As written: not yet checked against the stage's settings. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * @param data folder of the recipe's `data:` paths
 * @throws MedgraftError `recipe.shape`, `recipe.data`, and those of `readConfigFile`
 */
export async function readRecipe(path: string, data?: string): Promise<Recipe> {
  const { title, lead, stages, seeds = [], ...unknown } = await readConfigFile(path);
  const extra = Object.keys(unknown);
  if (extra.length > 0) throw shapeError(path, 'only title, lead, seeds and stages', extra.join(', '));
  if (typeof title !== 'string' || typeof lead !== 'string') throw shapeError(path, 'title and lead: text');
  if (!isMapping(stages)) throw shapeError(path, 'stages: a mapping of stage names to their settings');
  if (!isSeeds(seeds)) throw shapeError(path, 'seeds: a list of whole numbers from 0');
  const steps = Object.entries(stages).map(([stage, settings]): RecipeStep => {
    if (!isMapping(settings)) throw shapeError(path, `stages.${stage}: a mapping of settings to values`);
    return { stage, settings: withPaths(settings, { recipe: path, data }) };
  });
  return { title, lead: lead.trim(), seeds, steps };
}

/** What paths in a recipe are relative to. */
export interface Places {
  readonly recipe: string;
  readonly data: string | undefined;
}

/** Leads the paths among settings to where they are. @throws MedgraftError `recipe.data` */
export function withPaths(settings: Record<string, unknown>, places: Places): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, withPath(value, places)]));
}

/** Relative to the current folder: what is shown and recorded then holds no place of this machine. */
function withPath(value: unknown, places: Places): unknown {
  if (Array.isArray(value)) return value.map((entry) => withPath(entry, places));
  if (typeof value !== 'string') return value;
  if (value.startsWith(DATA)) return join(dataFolder(places), value.slice(DATA.length));
  if (!/^\.\.?\//.test(value)) return value;
  return relative('', join(dirname(places.recipe), value)) || '.';
}

function dataFolder({ recipe, data }: Places): string {
  if (data !== undefined) return data;
  throw new MedgraftError('input', 'recipe.data', 'the recipe reads files of a data folder', {
    place: recipe,
    expected: '--data and the folder',
  });
}

export function isSeeds(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((seed) => Number.isSafeInteger(seed) && seed >= 0);
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function shapeError(place: string, expected: string, got?: string): MedgraftError {
  return new MedgraftError('input', 'recipe.shape', 'the file is no recipe', { place, expected, got });
}
