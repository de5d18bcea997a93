import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { BARRIER_BYTES, ThreadBarrier, ThreadsStopped } from './thread-barrier.js';

const BARRIER = new URL('../../../dist/engine/kernels/thread-barrier.js', import.meta.url).href;
const ROUNDS = 500;

/** Counts to ROUNDS with the barrier between the steps, and stops with a reason where it sees the other out of step. */
const COUNTER = `
  const { workerData } = require('node:worker_threads');
  import(${JSON.stringify(BARRIER)}).then(({ ThreadBarrier }) => {
    const barrier = new ThreadBarrier(workerData.memory, 2);
    const counts = new Int32Array(workerData.counts);
    for (let round = 1; round <= ${ROUNDS}; round++) {
      counts[1] = round;
      barrier.wait();
      if (counts[0] !== round) barrier.stop(new Error('out of step'));
      barrier.wait();
    }
    barrier.stop(new Error('weary'));
  });
`;

describe('ThreadBarrier', () => {
  it('keeps threads in step, and gives the reason of the one that stops', () => {
    const [memory, shared] = [new SharedArrayBuffer(BARRIER_BYTES), new SharedArrayBuffer(8)];
    const barrier = new ThreadBarrier(memory, 2);
    const counts = new Int32Array(shared);
    new Worker(COUNTER, { eval: true, workerData: { memory, counts: shared }, execArgv: [] }).unref();
    for (let round = 1; round <= ROUNDS; round++) {
      counts[0] = round;
      barrier.wait();
      expect(counts[1]).toBe(round);
      barrier.wait();
    }
    expect(() => barrier.wait()).toThrow(/^Error: weary/);
    expect(() => barrier.wait()).toThrow(ThreadsStopped);
  });

  it('lets one thread alone pass', () => {
    const barrier = new ThreadBarrier(new SharedArrayBuffer(BARRIER_BYTES), 1);
    for (let round = 0; round < 3; round++) barrier.wait();
  });
});
