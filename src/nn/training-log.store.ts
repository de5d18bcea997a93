import { type FileHandle, open } from 'node:fs/promises';

export interface LogLine {
  kind: 'step' | 'evaluation';
  step: number;
  figures: Record<string, number>;
}

const BLOCK_BYTES = 1 << 16;
const LINE_FEED = 0x0a;

/**
 * A log with a line a step and an evaluation. A resumed run first cuts off what was logged after its checkpoint, so that the
 * log is that of an uninterrupted run; it is read from the end, as far as it is cut.
 */
export class TrainingLog {
  private constructor(private readonly handle: FileHandle) {}

  /** @param step the step that training goes on after */
  static async open(path: string, step: number): Promise<TrainingLog> {
    const handle = await open(path, 'a+');
    try {
      await handle.truncate(await endOf(handle, step));
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new TrainingLog(handle);
  }

  /** Figures of the first step that was logged. */
  async first(): Promise<Record<string, number> | undefined> {
    const { size } = await this.handle.stat();
    for (let length = BLOCK_BYTES; ; length *= 2) {
      const lines = linesOf(await readRange(this.handle, 0, Math.min(length, size)), 0);
      const step = lines.find(({ line }) => line.kind === 'step');
      if (step || length >= size) return step?.line.figures;
    }
  }

  /** Figures of the last evaluation after a step. */
  async evaluationAt(step: number): Promise<Record<string, number> | undefined> {
    const { size } = await this.handle.stat();
    const lines = linesOf(await readRange(this.handle, 0, size), 0);
    return lines.findLast(({ line }) => line.kind === 'evaluation' && line.step === step)?.line.figures;
  }

  async add(line: LogLine): Promise<void> {
    await this.handle.appendFile(`${JSON.stringify(line)}\n`);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** The byte after the last whole line of a step up to `step`: steps ascend, so the first such line from the end is it. */
async function endOf(handle: FileHandle, step: number): Promise<number> {
  const { size } = await handle.stat();
  for (let length = BLOCK_BYTES; ; length *= 2) {
    const start = Math.max(0, size - length);
    const bytes = await readRange(handle, start, size - start);
    // A line that begins before the block is looked at with a longer one.
    const skipped = start === 0 ? 0 : bytes.indexOf(LINE_FEED) + 1;
    const kept = linesOf(bytes.subarray(skipped), start + skipped).findLast(({ line }) => line.step <= step);
    if (kept || start === 0) return kept?.end ?? 0;
  }
}

/** The whole lines, each with the byte after its end; a torn last line is none. */
function linesOf(bytes: Buffer, first: number): { line: LogLine; end: number }[] {
  const lines: { line: LogLine; end: number }[] = [];
  for (let start = 0, end = 0; ; start = end) {
    end = bytes.indexOf(LINE_FEED, start) + 1;
    if (end === 0) return lines;
    lines.push({ line: JSON.parse(bytes.toString('utf8', start, end)), end: first + end });
  }
}

async function readRange(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(bytes, read, length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}
