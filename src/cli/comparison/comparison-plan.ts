/**
 * The plan of a comparison: one YAML file. `stages` are run once; then, for each seed and each variant, `pretrain` with what
 * the variant changes in it, and a fine-tuning for each of `tasks` from what came out. Paths are those of recipes.
 */
import { MedgraftError } from '../../base/errors.js';
import { readConfigFile } from '../config-file.js';
import { isMapping, isSeeds, type Places, type RecipeStep, shapeError, withPaths } from '../recipe.js';

type Settings = Readonly<Record<string, unknown>>;

export interface ComparisonPlan {
  readonly title: string;
  readonly lead: string;
  readonly seeds: readonly number[];
  readonly replicates: number;
  readonly stages: readonly RecipeStep[];
  readonly pretrain: Settings;
  readonly variants: readonly PlanVariant[];
  readonly tasks: readonly { readonly name: string; readonly settings: Settings }[];
  /** Which variants are set against each other. */
  readonly contrasts: readonly (readonly [variant: string, against: string])[];
}

export interface PlanVariant {
  readonly name: string;
  /** Run once, before the variant's first training: another graph, for example. */
  readonly stages: readonly RecipeStep[];
  readonly pretrain: Settings;
  readonly finetune: Settings;
}

const KEYS = ['title', 'lead', 'seeds', 'replicates', 'stages', 'pretrain', 'variants', 'tasks', 'contrasts'];
const REPLICATES = 1000;
/** What makes the budget: a variant that had more of it would win by that. */
const BUDGET = {
  pretrain: ['steps', 'batchSize', 'accumulation', 'learningRate', 'warmup', 'maximumTokens', 'seed', 'corpus'],
  finetune: ['epochs', 'batchSize', 'learningRate', 'warmup', 'maximumTokens', 'seeds', 'train', 'dev', 'test', 'task'],
};

/**
 * @param data folder of the plan's `data:` paths
 * @throws MedgraftError `recipe.shape`, `recipe.data`, `comparison.budget`, and those of `readConfigFile`
 */
export async function readComparisonPlan(path: string, data?: string): Promise<ComparisonPlan> {
  const file = await readConfigFile(path);
  const unknown = Object.keys(file).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) throw shapeError(path, `only ${KEYS.join(', ')}`, unknown.join(', '));
  const { title, lead, seeds, replicates = REPLICATES } = file;
  if (typeof title !== 'string' || typeof lead !== 'string') throw shapeError(path, 'title and lead: text');
  if (!isSeeds(seeds) || seeds.length === 0) throw shapeError(path, 'seeds: a list of whole numbers from 0');
  if (!Number.isSafeInteger(replicates) || Number(replicates) < 1) throw shapeError(path, 'replicates: a whole number');
  const read = new PlanReader(path, { recipe: path, data });
  const variants = Object.entries(read.mapping(file['variants'], 'variants')).map(([name, parts]) =>
    read.variant(name, parts),
  );
  return {
    title,
    lead: lead.trim(),
    seeds,
    replicates: Number(replicates),
    stages: read.steps(file['stages'] ?? {}, 'stages'),
    pretrain: read.settings(file['pretrain'], 'pretrain'),
    variants,
    tasks: Object.entries(read.mapping(file['tasks'], 'tasks')).map(([name, settings]) => ({
      name,
      settings: read.settings(settings, `tasks.${name}`),
    })),
    contrasts: read.contrasts(file['contrasts'], variants),
  };
}

class PlanReader {
  constructor(
    private readonly path: string,
    private readonly places: Places,
  ) {}

  mapping(value: unknown, name: string): Record<string, unknown> {
    if (isMapping(value)) return value;
    throw shapeError(this.path, `${name}: a mapping`);
  }

  settings(value: unknown, name: string): Settings {
    return withPaths(this.mapping(value, name), this.places);
  }

  steps(value: unknown, name: string): RecipeStep[] {
    return Object.entries(this.mapping(value, name)).map(([stage, settings]) => ({
      stage,
      settings: this.settings(settings, `${name}.${stage}`),
    }));
  }

  variant(name: string, value: unknown): PlanVariant {
    const place = `variants.${name}`;
    const { stages = {}, pretrain = {}, finetune = {}, ...unknown } = this.mapping(value ?? {}, place);
    const extra = Object.keys(unknown);
    if (extra.length > 0) throw shapeError(this.path, `${place}: only stages, pretrain and finetune`, extra.join(', '));
    const variant = {
      name,
      stages: this.steps(stages, `${place}.stages`),
      pretrain: this.settings(pretrain, `${place}.pretrain`),
      finetune: this.settings(finetune, `${place}.finetune`),
    };
    for (const part of ['pretrain', 'finetune'] as const) this.assertEqualBudget(name, part, variant[part]);
    return variant;
  }

  /** Pairs of names; where none are given, each variant against the last one. */
  contrasts(value: unknown, variants: readonly PlanVariant[]): [string, string][] {
    const names = variants.map(({ name }) => name);
    if (value === undefined) return names.slice(0, -1).map((name) => [name, names[names.length - 1]]);
    const isPair = (pair: unknown): pair is [string, string] =>
      Array.isArray(pair) && pair.length === 2 && pair.every((name) => names.includes(name));
    if (Array.isArray(value) && value.every(isPair)) return value;
    throw shapeError(this.path, `contrasts: a list of pairs of ${names.join(', ')}`, JSON.stringify(value));
  }

  private assertEqualBudget(variant: string, part: 'pretrain' | 'finetune', changes: Settings): void {
    const changed = Object.keys(changes).filter((name) => BUDGET[part].includes(name));
    if (changed.length === 0) return;
    throw new MedgraftError('input', 'comparison.budget', 'a variant has another budget than the others', {
      place: `${this.path}, variants.${variant}.${part}: ${changed.join(', ')}`,
      hint: 'set it for all variants alike; what a variant may change is the graph and the model',
    });
  }
}
