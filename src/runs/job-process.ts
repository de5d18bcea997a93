import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromWorker, JobError, JobResult, ToWorker } from './job.js';
import type { StageEvent } from './stage.js';

const WORKER = fileURLToPath(new URL('../../dist/worker.js', import.meta.url));

export type JobOutcome =
  | { kind: 'result'; result: JobResult }
  | { kind: 'error'; cancelled: boolean; error: JobError }
  /** The process ended without a word. */
  | { kind: 'died'; exitCode: number | null; signal: NodeJS.Signals | null };

export interface JobProcess {
  /** undefined when it could not be started. */
  readonly pid: number | undefined;
  readonly outcome: Promise<JobOutcome>;
  cancel(): void;
  kill(): void;
}

/** Starts a job process; `onEvent` is called for each event in order. */
export function startJobProcess(
  start: Omit<Extract<ToWorker, { kind: 'start' }>, 'kind'>,
  onEvent: (event: StageEvent) => void,
): JobProcess {
  const child = fork(WORKER, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
  const outcome = outcomeOf(child, onEvent);
  tell(child, { kind: 'start', ...start });
  return {
    pid: child.pid,
    outcome,
    cancel: () => tell(child, { kind: 'cancel' }),
    kill: () => void child.kill('SIGKILL'),
  };
}

function outcomeOf(child: ChildProcess, onEvent: (event: StageEvent) => void): Promise<JobOutcome> {
  return new Promise((resolve) => {
    let told: JobOutcome | undefined;
    child.on('message', (message: FromWorker) => {
      if (message.kind === 'event') onEvent(message.event);
      else told = message;
    });
    child.on('error', (error) => {
      told ??= { kind: 'error', cancelled: false, error: { code: 'job.start', message: error.message } };
      resolve(told);
    });
    child.on('close', (exitCode, signal) => resolve(told ?? { kind: 'died', exitCode, signal }));
  });
}

/** A child that is gone already is told nothing; its outcome says so. */
function tell(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => undefined);
}
