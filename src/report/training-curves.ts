/**
 * Curves of a training log: the noisy figure of each step, its running mean, and the held-out evaluations.
 */
import type { TrainingLine } from './chain-report.js';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface TrainingCurve {
  /** Mean over `window` steps. */
  readonly mean: readonly Point[];
  readonly raw: readonly Point[];
  readonly held: readonly Point[];
  /** Means of the first and of the last steps: what a person means by the loss at the start and at the end. */
  readonly start: number;
  readonly end: number;
  readonly window: number;
}

/** More points than a chart has pixels only make the page large. */
const MOST_POINTS = 240;
/** The running mean covers this share of the run. */
const WINDOW_SHARE = 0.05;

/**
 * @param figure name in the step lines, for example `loss.mlm`
 * @param heldFigure name in the evaluation lines
 * @returns undefined where no step has the figure
 */
export function trainingCurve(
  lines: readonly TrainingLine[],
  figure: string,
  heldFigure?: string,
): TrainingCurve | undefined {
  const raw = pointsOf(lines, 'step', figure);
  if (raw.length === 0) return undefined;
  const window = Math.max(1, Math.round(raw.length * WINDOW_SHARE));
  return {
    raw: thinned(raw),
    mean: thinned(runningMean(raw, window)),
    held: heldFigure === undefined ? [] : pointsOf(lines, 'evaluation', heldFigure),
    start: meanOf(raw.slice(0, window)),
    end: meanOf(raw.slice(-window)),
    window,
  };
}

function pointsOf(lines: readonly TrainingLine[], kind: TrainingLine['kind'], figure: string): Point[] {
  return lines
    .filter((line) => line.kind === kind && Number.isFinite(line.figures[figure]))
    .map(({ step, figures }) => ({ x: step, y: figures[figure] }));
}

/** Trailing mean over at most `window` points. */
export function runningMean(points: readonly Point[], window: number): Point[] {
  let sum = 0;
  return points.map(({ x, y }, i) => {
    sum += y - (i >= window ? points[i - window].y : 0);
    return { x, y: sum / Math.min(i + 1, window) };
  });
}

/** Evenly chosen points, the first and the last among them. */
function thinned(points: readonly Point[]): Point[] {
  if (points.length <= MOST_POINTS) return [...points];
  const pace = (points.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, i) => points[Math.round(i * pace)]);
}

function meanOf(points: readonly Point[]): number {
  return points.reduce((sum, { y }) => sum + y, 0) / points.length;
}
