import { type FileHandle, open, readFile, truncate } from 'node:fs/promises';
import { systemCode } from '../../runs/durable-file-system.js';

export interface LogLine {
  kind: 'step' | 'evaluation';
  step: number;
  figures: Record<string, number>;
}

/**
 * `log.jsonl` of a run: one line a step and an evaluation. A resumed run first cuts off what was logged after its
 * checkpoint, so that the log is that of an uninterrupted run.
 */
export class TrainingLog {
  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** @param step the step that training goes on after */
  static async open(path: string, step: number): Promise<TrainingLog> {
    await cutAfter(path, step);
    return new TrainingLog(path, await open(path, 'a'));
  }

  /** Figures of the first step that was logged. */
  async first(): Promise<Record<string, number> | undefined> {
    const lines = parseLines(await readText(this.path));
    return lines.find(({ line }) => line.kind === 'step')?.line.figures;
  }

  async add(line: LogLine): Promise<void> {
    await this.handle.appendFile(`${JSON.stringify(line)}\n`);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

async function cutAfter(path: string, step: number): Promise<void> {
  const text = await readText(path);
  const kept = parseLines(text).filter(({ line }) => line.step <= step);
  const bytes = kept.reduce((end, { end: lineEnd }) => Math.max(end, lineEnd), 0);
  if (bytes < Buffer.byteLength(text)) await truncate(path, bytes);
}

/** The whole lines, each with the byte after its end; a torn last line is none. */
function parseLines(text: string): { line: LogLine; end: number }[] {
  const lines: { line: LogLine; end: number }[] = [];
  let end = 0;
  for (const part of text.split('\n').slice(0, -1)) {
    end += Buffer.byteLength(part) + 1;
    lines.push({ line: JSON.parse(part), end });
  }
  return lines;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}
