/** From the files of finished trainings to what is compared: predictions by example, held-out figures, curves. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLines } from '../../formats/text-lines.js';
import type { Artefact } from '../../runs/artefact.js';
import type { ComparedRun, ComparedTask } from '../../smedbert/comparison/compare-runs.js';
import type { PretrainedVariant } from '../../smedbert/comparison/comparison-report.js';
import type { DownstreamTask, TaskName } from '../../smedbert/tasks/downstream-task.js';
import type { PredictionLine } from '../../smedbert/tasks/prediction-lines.js';
import type { TaskExample } from '../../smedbert/tasks/task-example.js';
import { TASKS } from '../../smedbert/tasks/tasks.js';
import type { TrainedVariant } from './run-comparison.js';

/** A point of a curve on held-out text. */
export interface CurvePoint {
  readonly variant: string;
  readonly seed: number;
  readonly step: number;
  readonly figures: Readonly<Record<string, number>>;
}

/** @param name of the task in the plan; at least one variant has been trained for it */
export async function readComparedTask(name: string, trained: readonly TrainedVariant[]): Promise<ComparedTask> {
  const runs: ComparedRun[] = [];
  let first: { task: DownstreamTask; lines: PredictionLine[] } | undefined;
  let hitRatios: number[] = [];
  for (const { variant, seed, finetuned } of trained) {
    const artefact = finetuned.get(name);
    if (artefact === undefined) continue;
    const { task, labels, lines } = await readSeed(artefact, seed);
    first ??= { task, lines };
    // Which words the graph knows does not depend on whether a model is given it.
    if (hitRatios.every((ratio) => ratio === 0)) hitRatios = lines.map(({ hitRatio }) => hitRatio);
    const examples = lines.map(exampleOf);
    const predictions = lines.map(({ prediction }) => prediction);
    const judge = (numbers: readonly number[]) =>
      task.judge(
        numbers.map((number) => examples[number]),
        numbers.map((number) => predictions[number]),
        labels,
      );
    runs.push({ variant, seed, judge });
  }
  if (first === undefined) throw new RangeError(`nothing was trained for ${name}`);
  const { task, lines } = first;
  const units = unitsOf(lines);
  const ratios = units.map((unit) => unit.reduce((sum, number) => sum + hitRatios[number], 0) / unit.length);
  return { name, title: task.title, figures: task.figures, units, hitRatios: ratios, runs };
}

async function readSeed(
  { folder, manifest }: Artefact,
  seed: number,
): Promise<{ task: DownstreamTask; labels: string[]; lines: PredictionLine[] }> {
  const seedFolder = join(folder, `seed-${seed}`);
  const { labels } = JSON.parse(await readFile(join(seedFolder, 'task.json'), 'utf8')) as { labels: string[] };
  const lines: PredictionLine[] = [];
  for await (const { text } of readLines(join(seedFolder, 'test-predictions.jsonl'))) lines.push(JSON.parse(text));
  return { task: TASKS[manifest.settings['task'] as TaskName], labels, lines };
}

function exampleOf({ id, group, label, entities }: PredictionLine): TaskExample {
  return { id, place: id, text: '', group, label, entities };
}

/** Examples of one group belong together: the answers to a question are ranked against each other. */
function unitsOf(lines: readonly PredictionLine[]): number[][] {
  const units = new Map<string, number[]>();
  lines.forEach(({ group }, number) => {
    const key = group === undefined ? `# ${number}` : `group ${group}`;
    const unit = units.get(key);
    if (unit) unit.push(number);
    else units.set(key, [number]);
  });
  return [...units.values()];
}

const EVALUATION = 'evaluation.';
const SECONDS_AN_HOUR = 3600;

/** Held-out figures of finished pre-trainings, by variant. */
export function pretrainedVariants(trained: readonly TrainedVariant[]): PretrainedVariant[] {
  const variants = [...new Set(trained.map(({ variant }) => variant))];
  return variants.map((variant) => ({
    variant,
    seeds: trained
      .filter((run) => run.variant === variant)
      .map(({ seed, pretrained }) => ({ seed, figures: heldOutFigures(pretrained) })),
  }));
}

function heldOutFigures({ manifest: { figures, seconds } }: Artefact): Record<string, number> {
  const numbers = Object.entries(figures).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  const held = numbers
    .filter(([name]) => name.startsWith(EVALUATION))
    .map(([name, value]): [string, number] => [name.slice(EVALUATION.length), value]);
  return { ...Object.fromEntries(held), steps: Number(figures['steps']), hours: seconds / SECONDS_AN_HOUR };
}

/** The evaluations that pre-trainings logged on their way. */
export async function readCurves(trained: readonly TrainedVariant[]): Promise<CurvePoint[]> {
  const points: CurvePoint[] = [];
  for (const { variant, seed, pretrained } of trained) {
    for await (const { text } of readLines(join(pretrained.folder, 'log.jsonl'))) {
      const { kind, step, figures } = JSON.parse(text);
      if (kind === 'evaluation') points.push({ variant, seed, step, figures });
    }
  }
  return points;
}
