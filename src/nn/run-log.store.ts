/**
 * What a run writes on its way: `log.jsonl`, the same bytes whether it was stopped and taken up or not; `speed.jsonl`, what
 * the clock said of each step; both for TensorBoard under `tb/`; and at the end of a sitting its evaluations as `log.csv`.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { EventFileWriter, eventFileName } from '../formats/tensorboard.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import { evaluationsCsv } from './evaluations-csv.store.js';
import type { TrainerEvent } from './trainer.js';
import { TrainingLog } from './training-log.store.js';

type Figures = Readonly<Record<string, number>>;
type LoggedEvent = Exclude<TrainerEvent, { kind: 'save' }>;

export class RunLog {
  /** Of the run's first step, of the last one, and of the last evaluation in this sitting. */
  first: Figures = {};
  last: Figures = {};
  evaluation: Figures = {};

  private constructor(
    private readonly log: TrainingLog,
    private readonly speed: TrainingLog,
    private readonly events: EventFileWriter,
    private readonly folder: string,
  ) {}

  /** @param step the step that training goes on after */
  static async open(folder: string, step: number): Promise<RunLog> {
    const log = await TrainingLog.open(join(folder, 'log.jsonl'), step);
    const speed = await TrainingLog.open(join(folder, 'speed.jsonl'), step);
    const opened = new RunLog(log, speed, await openEvents(folder), folder);
    opened.first = (await log.first()) ?? {};
    return opened;
  }

  /**
   * @param seconds that the step took
   * @returns all figures of the event, those of the clock too
   */
  async add({ kind, step, figures: bare }: LoggedEvent, seconds: number): Promise<Figures> {
    if (kind === 'evaluation') {
      this.evaluation = bare;
      await this.log.add({ kind, step, figures: { ...bare } });
      await this.events.scalars(Date.now() / 1000, step, prefixed('evaluation', bare));
      return bare;
    }
    const figures = withPadding(bare);
    const clock = { seconds, tokensPerSecond: Math.round((figures['tokens'] ?? 0) / seconds) };
    if (Object.keys(this.first).length === 0) this.first = figures;
    this.last = figures;
    await this.log.add({ kind, step, figures });
    await this.speed.add({ kind, step, figures: clock });
    await this.events.scalars(Date.now() / 1000, step, {
      ...prefixed('train', figures),
      ...prefixed('speed', clock),
    });
    return { ...figures, tokensPerSecond: clock.tokensPerSecond };
  }

  async close(): Promise<void> {
    await this.log.close();
    await this.speed.close();
    await this.events.close();
    await writeFileAtomically(join(this.folder, 'log.csv'), await evaluationsCsv(join(this.folder, 'log.jsonl')));
  }
}

/** `padding`: the share of the step's positions that hold no token. */
function withPadding(figures: Figures): Record<string, number> {
  const { tokens, positions } = figures;
  return tokens > 0 && positions > 0 ? { ...figures, padding: 1 - tokens / positions } : { ...figures };
}

function prefixed(prefix: string, figures: Figures): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${prefix}/${name}`, value]));
}

async function openEvents(folder: string): Promise<EventFileWriter> {
  const events = join(folder, 'tb');
  await mkdir(events, { recursive: true });
  const now = Date.now() / 1000;
  const [known] = await readdir(events);
  return EventFileWriter.open(join(events, known ?? eventFileName(now, hostname())), now);
}
