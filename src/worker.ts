/**
 * The job process: told by its supervisor which stage to run, it sends events and the result back. When the supervisor
 * cancels or is gone it stops at the next safe point, so no job goes on without anybody knowing of it.
 */
import { MedgraftError } from './base/errors.js';
import { type FromWorker, jobErrorOf, jobResultOf, type ToWorker } from './runs/job.js';
import { JobEventFilter } from './runs/job-event-filter.js';
import type { StageEvent } from './runs/stage.js';
import { runStage } from './runs/stage-runner.js';
import { Workspace } from './runs/workspace.js';
import { parseSettings } from './settings/parse-settings.js';
import { loadStage } from './stages.js';

const abort = new AbortController();
process.on('disconnect', () => abort.abort());
// A Ctrl-C in a terminal reaches the whole process group; the supervisor decides what to do about it.
process.on('SIGINT', () => undefined);
process.on('message', (message: ToWorker) => {
  if (message.kind === 'cancel') abort.abort();
  else void work(message);
});

async function work(start: Extract<ToWorker, { kind: 'start' }>): Promise<void> {
  try {
    await send({ kind: 'result', result: jobResultOf(await run(start)) });
  } catch (error) {
    const cancelled = error instanceof MedgraftError && error.kind === 'cancelled';
    await send({ kind: 'error', cancelled, error: jobErrorOf(error) });
  } finally {
    if (process.connected) process.disconnect();
  }
}

async function run({ home, threads, stage: name, settings }: Extract<ToWorker, { kind: 'start' }>) {
  const stage = await loadStage(name);
  const parsed = parseSettings(stage.settings, settings, 'settings');
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
