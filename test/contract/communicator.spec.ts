import { describe, expect, it } from 'vitest';
import { SingleProcess } from '../../src/engine/communicator.js';
import { ended } from '../e2e/medgraft.js';
import { mpiProblem, mpirun } from '../support/mpi.js';
import { exerciseCommunicator } from './communicator.suite.js';

const problem = mpiProblem();
if (problem !== undefined) process.stdout.write(`skipped: ${problem}\n`);

describe('communicators', () => {
  it('a process by itself', () => {
    exerciseCommunicator(new SingleProcess());
  });

  it.skipIf(problem !== undefined)('Open MPI, three processes', { timeout: 60_000 }, async () => {
    const loader = new URL('../support/typescript-loader.mjs', import.meta.url).href;
    const program = new URL('../support/mpi-rank.ts', import.meta.url).pathname;
    const { code, out, err } = await ended(mpirun(3, ['--import', loader, program]));
    expect(code, err).toBe(0);
    for (let rank = 0; rank < 3; rank++) expect(out).toContain(`rank ${rank} of 3 is well`);
  });
});
