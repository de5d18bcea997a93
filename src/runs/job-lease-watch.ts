/**
 * The other end of a job's lease: the job process stops by itself when its supervisor has been silent for a whole lease,
 * since another may hold the job by then.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

const CHECKS_A_LEASE = 4;

/** @returns to be called at each beat, and at the end */
export function watchLease(leaseMilliseconds: number, onLost: () => void): { beat(): void; end(): void } {
  let lastBeat = performance.now();
  const silence = () => performance.now() - lastBeat;
  const check = async () => {
    if (silence() < leaseMilliseconds) return;
    // Beats that came during a long computation are read first.
    await nextTurn();
    await nextTurn();
    if (silence() < leaseMilliseconds) return;
    clearInterval(timer);
    onLost();
  };
  const timer = setInterval(() => void check(), leaseMilliseconds / CHECKS_A_LEASE);
  timer.unref();
  return {
    beat: () => {
      lastBeat = performance.now();
    },
    end: () => clearInterval(timer),
  };
}
