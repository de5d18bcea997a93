import { describe, expect, it } from 'vitest';
import { openSmallTeam, runEpochs } from '../../../test/support/small-team.js';
import type { TrainingTeam } from './training-team.js';

/** How far the entities are after an epoch from where they were. */
function moved(team: TrainingTeam): number {
  const { entity } = team.embedding.model.tables;
  const before = entity.slice();
  runEpochs(team, 1);
  return Math.hypot(...entity.map((value, i) => value - before[i]));
}

describe('a warm start', () => {
  it.each(['adagrad', 'adagrad-diagonal'] as const)('goes on with the sums of squares of %s', async (kind) => {
    const [start, goesOn, forgets] = await Promise.all([
      openSmallTeam('transe', { kind }),
      openSmallTeam('transr', { kind }),
      openSmallTeam('transr', { kind }),
    ]);
    runEpochs(start, 5);
    goesOn.startFrom(start.trained());
    forgets.startFrom({ ...start.trained(), squares: undefined });
    for (const table of ['entity', 'relation'] as const) {
      expect(goesOn.embedding.model.tables[table]).toEqual(start.embedding.model.tables[table]);
      expect(goesOn.embedding.optimizer.squares(table)).toEqual(start.embedding.optimizer.squares(table));
      expect(forgets.embedding.optimizer.squares(table)?.every((sum) => sum === 0)).toBe(true);
    }
    expect(moved(goesOn)).toBeLessThan(moved(forgets) / 2);
    for (const team of [start, goesOn, forgets]) team.close();
  });

  it('has none to go on with from another optimizer', async () => {
    const [start, model] = await Promise.all([openSmallTeam('transe', { kind: 'adam' }), openSmallTeam('transr', {})]);
    runEpochs(start, 1);
    expect(start.trained().squares?.('entity')).toBeUndefined();
    model.startFrom(start.trained());
    expect(model.embedding.optimizer.squares('entity')?.every((sum) => sum === 0)).toBe(true);
    for (const team of [start, model]) team.close();
  });
});
