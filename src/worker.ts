/**
 * The job process: told by its supervisor which stage to run, it sends events and the result back. When the supervisor
 * cancels, is gone or has lost the job it stops at the next safe point, so no job goes on without anybody knowing of it.
 */
import { MedgraftError } from './base/errors.js';
import { type FromWorker, type JobStart, jobErrorOf, jobResultOf, type ToWorker } from './runs/job.js';
import { JobEventFilter } from './runs/job-event-filter.js';
import { watchLease } from './runs/job-lease-watch.js';
import { checkSources } from './runs/job-sources.js';
import type { StageEvent } from './runs/stage.js';
import { runStage } from './runs/stage-runner.js';
import { Workspace } from './runs/workspace.js';
import { parseSettings } from './settings/parse-settings.js';
import { loadStage } from './stages.js';

const abort = new AbortController();
let lease: ReturnType<typeof watchLease> | undefined;
process.on('disconnect', () => abort.abort());
// A Ctrl-C in a terminal reaches the whole process group; the supervisor decides what to do about it.
process.on('SIGINT', () => undefined);
process.on('message', (message: ToWorker) => {
  if (message.kind === 'cancel') abort.abort();
  else if (message.kind === 'beat') lease?.beat();
  else void work(message);
});

async function work(start: JobStart): Promise<void> {
  lease = watchLease(start.leaseMilliseconds, () => abort.abort());
  try {
    await send({ kind: 'result', result: jobResultOf(await run(start)) });
  } catch (error) {
    const cancelled = error instanceof MedgraftError && error.kind === 'cancelled';
    await send({ kind: 'error', cancelled, error: jobErrorOf(error) });
  } finally {
    lease.end();
    if (process.connected) process.disconnect();
  }
}

async function run({ home, threads, stage: name, settings, roots }: JobStart) {
  const stage = await loadStage(name);
  const parsed = parseSettings(stage.settings, settings, 'settings');
  if (roots) await checkSources(stage, parsed, roots);
  const options = { workspace: new Workspace(home), environment: { threads }, signal: abort.signal, loadStage };
  const steps = runStage(stage, parsed, options);
  const filter = new JobEventFilter();
  for (;;) {
    const { done, value } = await steps.next();
    const events = done ? filter.flush() : filter.take(value as StageEvent);
    for (const event of events) await send({ kind: 'event', event });
    if (done) return value;
  }
}

/** Waits until the message has been handed over; a supervisor that is gone is no error here. */
function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, () => resolve());
    else resolve();
  });
}
