/**
 * A recipe: one YAML file that says a chain of stages and their settings, in order. A string that begins with `./` or
 * `../` is a path from the recipe's folder, so that the recipe works from wherever it is called.
 */
import { dirname, join, relative } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { readConfigFile } from '../config-file.js';

export interface Recipe {
  readonly title: string;
  readonly lead: string;
  readonly steps: readonly RecipeStep[];
}

export interface RecipeStep {
  readonly stage: string;
  /** As written: not yet checked against the stage's settings. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** @throws MedgraftError `recipe.shape`, and those of `readConfigFile` */
export async function readRecipe(path: string): Promise<Recipe> {
  const { title, lead, stages, ...unknown } = await readConfigFile(path);
  const extra = Object.keys(unknown);
  if (extra.length > 0) throw shapeError(path, 'only title, lead and stages', extra.join(', '));
  if (typeof title !== 'string' || typeof lead !== 'string') throw shapeError(path, 'title and lead: text');
  if (!isMapping(stages)) throw shapeError(path, 'stages: a mapping of stage names to their settings');
  const steps = Object.entries(stages).map(([stage, settings]): RecipeStep => {
    if (!isMapping(settings)) throw shapeError(path, `stages.${stage}: a mapping of settings to values`);
    return { stage, settings: withPaths(settings, dirname(path)) };
  });
  return { title, lead: lead.trim(), steps };
}

function withPaths(settings: Record<string, unknown>, folder: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, withPath(value, folder)]));
}

/** Relative to the current folder: what is shown and recorded then holds no place of this machine. */
function withPath(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => withPath(entry, folder));
  if (typeof value !== 'string' || !/^\.\.?\//.test(value)) return value;
  return relative('', join(folder, value)) || '.';
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shapeError(place: string, expected: string, got?: string): MedgraftError {
  return new MedgraftError('input', 'recipe.shape', 'the file is no recipe', { place, expected, got });
}
