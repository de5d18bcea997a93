/**
 * The process of a job as its supervisor sees it: started with what to do, told to go on, to stop or to end, and asked for
 * nothing but its outcome. It runs at a lower priority than the service, which has to answer while a model trains.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { hostname, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { FromWorker, JobError, JobResult, JobStart, ToWorker } from './job.js';
import type { JobHolder } from './job-queue.js';
import { startOf } from './run-lock.js';
import type { StageEvent } from './stage.js';

const WORKER = fileURLToPath(new URL('../../dist/worker.js', import.meta.url));
const NICENESS = 5;

export type JobOutcome =
  | { kind: 'result'; result: JobResult }
  | { kind: 'error'; cancelled: boolean; error: JobError }
  /** The process ended without a word. */
  | { kind: 'died'; exitCode: number | null; signal: NodeJS.Signals | null };

export interface JobProcess {
  /** undefined when it could not be started. */
  readonly pid: number | undefined;
  readonly outcome: Promise<JobOutcome>;
  /** The lease is renewed: without this it stops by itself. */
  beat(): void;
  cancel(): void;
  kill(): void;
}

/** Starts a job process; `onEvent` is called for each event in order. */
export function startJobProcess(start: JobStart, onEvent: (event: StageEvent) => void): JobProcess {
  const child = fork(WORKER, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] });
  const outcome = outcomeOf(child, onEvent);
  lowerPriority(child.pid);
  tell(child, { kind: 'start', ...start });
  return {
    pid: child.pid,
    outcome,
    beat: () => tell(child, { kind: 'beat' }),
    cancel: () => tell(child, { kind: 'cancel' }),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Ends a process of this machine that is still the one meant; any other is left alone. */
export function killProcess({ host, pid, start }: JobHolder): void {
  if (host !== hostname() || start === '' || startOf(pid) !== start) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}

function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICENESS);
  } catch {
    // Not everywhere allowed; the job runs all the same.
  }
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
