/** Trains what a plan says, variant by variant within each seed; what an earlier sitting finished is taken from the workspace. */
import { relative } from 'node:path';
import type { Artefact } from '../../runs/artefact.js';
import { parseSettings } from '../../settings/parse-settings.js';
import { stageEntry } from '../../stages.js';
import { type Interrupt, listenForInterrupt } from '../interrupt.js';
import type { CommonOptions } from '../output.js';
import type { RecipeStep } from '../recipe.js';
import { runStep } from '../run-recipe.js';
import type { ComparisonPlan, PlanVariant } from './comparison-plan.js';

const PRETRAIN = 'smedbert.pretrain';
const FINETUNE = 'smedbert.finetune';

/** What came of one variant and seed. */
export interface TrainedVariant {
  readonly variant: string;
  readonly seed: number;
  readonly pretrained: Artefact;
  /** By task. */
  readonly finetuned: ReadonlyMap<string, Artefact>;
}

/**
 * Yields after each variant and seed: a long comparison is looked at before it is through.
 * @param path of the plan, for messages
 */
export async function* runComparison(
  plan: ComparisonPlan,
  path: string,
  options: CommonOptions,
): AsyncGenerator<TrainedVariant, void> {
  await checkPlan(plan, path);
  const command = `medgraft smedbert compare ${path}`;
  const interrupt = listenForInterrupt(() =>
    process.stderr.write(
      `\nstopping at the next safe point (\`${command}\` goes on from there); again to stop at once\n`,
    ),
  );
  const run = new PlanRunner(plan, path, options, interrupt);
  try {
    await run.steps(plan.stages, 'stages');
    for (const variant of plan.variants) await run.steps(variant.stages, `variants.${variant.name}.stages`);
    for (const seed of plan.seeds) for (const variant of plan.variants) yield await run.variant(variant, seed);
  } finally {
    interrupt.dispose();
  }
}

class PlanRunner {
  constructor(
    private readonly plan: ComparisonPlan,
    private readonly path: string,
    private readonly options: CommonOptions,
    private readonly interrupt: Interrupt,
  ) {}

  async steps(steps: readonly RecipeStep[], place: string): Promise<void> {
    for (const { stage, settings } of steps) await this.step(stage, settings, place);
  }

  async variant(variant: PlanVariant, seed: number): Promise<TrainedVariant> {
    const { pretrain, tasks } = this.plan;
    const { name } = variant;
    const pretrained = await this.step(PRETRAIN, { ...pretrain, ...variant.pretrain, seed }, `${name}, seed ${seed}`);
    const finetuned = new Map<string, Artefact>();
    for (const task of tasks) {
      const settings = finetuneSettings(this.plan, variant, task.settings, relative('', pretrained.folder), seed);
      finetuned.set(task.name, await this.step(FINETUNE, settings, `${name}, seed ${seed}, ${task.name}`));
    }
    return { variant: name, seed, pretrained, finetuned };
  }

  private step(stage: string, settings: Readonly<Record<string, unknown>>, place: string): Promise<Artefact> {
    process.stderr.write(`${place}: ${stage}\n`);
    return runStep(stage, settings, `${this.path}, ${place}`, undefined, this.options, this.interrupt);
  }
}

/** A task is learned on the graph and corpus of the pre-training, with its seed. */
function finetuneSettings(
  { pretrain }: ComparisonPlan,
  variant: PlanVariant,
  task: Readonly<Record<string, unknown>>,
  model: string,
  seed: number,
): Record<string, unknown> {
  const { kg, corpus } = { ...pretrain, ...variant.pretrain };
  return { kg, corpus, ...task, ...variant.finetune, model, seeds: [String(seed)] };
}

/** Everything is checked before hours are spent on the first of it. @throws MedgraftError `settings.invalid` */
export async function checkPlan(plan: ComparisonPlan, path: string): Promise<void> {
  const check = async (stage: string, settings: Readonly<Record<string, unknown>>, place: string) => {
    parseSettings((await stageEntry(stage).load()).settings, settings, `${path}, ${place}`);
  };
  for (const { stage, settings } of plan.stages) await check(stage, settings, `stages.${stage}`);
  for (const variant of plan.variants) {
    const place = `variants.${variant.name}`;
    for (const { stage, settings } of variant.stages) await check(stage, settings, `${place}.stages.${stage}`);
    await check(PRETRAIN, { ...plan.pretrain, ...variant.pretrain }, `${place}.pretrain`);
    for (const task of plan.tasks) {
      await check(FINETUNE, finetuneSettings(plan, variant, task.settings, 'model', 1), `${place}, tasks.${task.name}`);
    }
  }
}
