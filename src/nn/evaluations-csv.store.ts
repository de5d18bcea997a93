import { readLines } from '../formats/text-lines.js';
import type { LogLine } from './training-log.store.js';

/** The evaluations of a `log.jsonl` as a table with commas, a row each. */
export async function evaluationsCsv(log: string): Promise<string> {
  const rows: { step: number; figures: Record<string, number> }[] = [];
  for await (const { text } of readLines(log)) {
    const line = JSON.parse(text) as LogLine;
    if (line.kind === 'evaluation') rows.push(line);
  }
  const names = Object.keys(rows[0]?.figures ?? {});
  const lines = rows.map(({ step, figures }) => [step, ...names.map((name) => figures[name])].join(','));
  return `${[['step', ...names].join(','), ...lines].join('\n')}\n`;
}
