import { describe, expect, it } from 'vitest';
import { openSmallTeam, runEpochs } from '../../../test/support/small-team.js';
import type { OptimizerName } from './row-optimizer.js';

/** The loss and the entities after some epochs. */
async function trained(kind: OptimizerName, lockFree: boolean, threads: number) {
  const team = await openSmallTeam('transe', { kind, lockFree }, threads);
  try {
    const loss = runEpochs(team, 20);
    return { loss, entity: team.embedding.model.tables.entity.slice(), step: team.embedding.optimizer.step };
  } finally {
    team.close();
  }
}

describe('lock-free training', () => {
  it('of one thread is the ordered one', async () => {
    expect(await trained('adagrad', true, 1)).toEqual(await trained('adagrad', false, 1));
  });

  it.each(['adagrad', 'adam'] as const)(
    'of several threads trains all rows with %s, as far as ordered rounds do',
    async (kind) => {
      const [free, ordered] = [await trained(kind, true, 3), await trained(kind, false, 3)];
      expect(Math.abs(free.loss - ordered.loss)).toBeLessThan(0.15 * ordered.loss);
      const start = await openSmallTeam('transe', { kind });
      const { entity } = start.embedding.model.tables;
      for (let row = 0; row < 60; row++) {
        const of = (table: Float32Array) => [...table.subarray(8 * row, 8 * row + 8)];
        expect(of(free.entity)).not.toEqual(of(entity));
      }
      start.close();
      expect(Math.abs(free.step - ordered.step)).toBeLessThanOrEqual(20 * 3);
    },
  );

  it('ends when it is sent home, also within an epoch', async () => {
    const team = await openSmallTeam('transe', { lockFree: true }, 2);
    const rounds = team.epoch(1, 0.1);
    rounds.next();
    team.close();
    expect(() => [...rounds]).toThrow('has ended');
  });
});
