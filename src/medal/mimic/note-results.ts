import { NOTE_TASKS } from './note-tally.js';
import type { MimicTask } from './open-notes.store.js';

const PARTS = ['valid', 'test', 'counts'] as const;

/** `results.json`: what a fine-tuning came to. */
export interface NoteResults {
  readonly task: string;
  readonly notes: string;
  readonly model: string;
  /** What it started from, without its folder; `random` from scratch. */
  readonly start: string;
  readonly seed: number;
  /** Epochs to the best evaluation, which chose. */
  readonly bestEpoch: number;
  readonly counts: Readonly<Record<string, number>>;
  /** `counts`: of the test part by the shares of training alone (guess-by-counts.ts). */
  readonly figures: Readonly<Record<(typeof PARTS)[number], Readonly<Record<string, number>>>>;
  /** What a reader has to know before all figures. */
  readonly warning?: string;
}

export function noteMarkdown(results: NoteResults, task: MimicTask): string {
  const { notes, model, start, seed, bestEpoch, counts, warning } = results;
  const sizes = Object.entries(counts).map(([part, count]) => `${count} ${part}`);
  return [
    `# ${model} on ${notes}, ${results.task}`,
    '',
    ...(warning === undefined ? [] : [`**Warning:** ${warning}.`, '']),
    `Started from ${start}, seed ${seed}; the best epoch on valid was ${bestEpoch}. Notes: ${sizes.join(', ')}. In percent;`,
    'the test part was asked once, after the choice. `counts` is who reads no note of it and knows the shares of training.',
    '',
    `| figure | ${PARTS.join(' | ')} |`,
    '| --- | --- | --- | --- |',
    ...rowsOf(results, task).map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ].join('\n');
}

export function noteCsv(results: NoteResults, task: MimicTask): string {
  const lines = [['figure', ...PARTS], ...rowsOf(results, task)].map((cells) => cells.join(','));
  return `${lines.join('\n')}\n`;
}

/** A figure that has no number, such as an area without a positive note, stays empty. */
function rowsOf({ figures }: NoteResults, task: MimicTask): string[][] {
  const percent = (value: number) => (Number.isFinite(value) ? (100 * value).toFixed(2) : '');
  return Object.entries(NOTE_TASKS[task].titles).map(([figure, title]) => [
    title,
    ...PARTS.map((part) => percent(figures[part][figure])),
  ]);
}
