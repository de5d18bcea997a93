import type { JobError } from './job.js';
import type { JobOutcome } from './job-process.js';
import type { JobEnd } from './job-queue.js';

const UNRENEWED: JobError = {
  code: 'job.lease',
  message: 'the job stopped by itself: its queue could not be reached for longer than its lease',
  hint: 'resume the job: it goes on from its last checkpoint',
};

/**
 * What the end of a job's process means for the job. A death without a word interrupts it, and so does a stop that nobody
 * asked for.
 */
export function endOfOutcome(outcome: JobOutcome, asked: boolean): JobEnd {
  if (outcome.kind === 'result') return { state: 'succeeded', result: outcome.result };
  if (outcome.kind === 'error') {
    if (!outcome.cancelled) return { state: 'failed', error: outcome.error };
    return asked ? { state: 'cancelled', error: outcome.error } : { state: 'interrupted', error: UNRENEWED };
  }
  const error: JobError = {
    code: 'job.died',
    message: 'the process of the job ended without a result',
    got: outcome.signal ? `signal ${outcome.signal}` : `exit code ${outcome.exitCode}`,
    hint: 'often too little memory; resume the job: it goes on from its last checkpoint',
  };
  return { state: 'interrupted', error };
}
