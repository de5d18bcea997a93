import type { JobError } from './job.js';
import type { JobOutcome } from './job-process.js';
import type { JobEnd } from './job-queue.js';

/** What the end of a job's process means for the job; a death without a word interrupts it. */
export function endOfOutcome(outcome: JobOutcome): JobEnd {
  if (outcome.kind === 'result') return { state: 'succeeded', result: outcome.result };
  if (outcome.kind === 'error') return { state: outcome.cancelled ? 'cancelled' : 'failed', error: outcome.error };
  const error: JobError = {
    code: 'job.died',
    message: 'the process of the job ended without a result',
    got: outcome.signal ? `signal ${outcome.signal}` : `exit code ${outcome.exitCode}`,
    hint: 'often too little memory; resume the job: it goes on from its last checkpoint',
  };
  return { state: 'interrupted', error };
}
