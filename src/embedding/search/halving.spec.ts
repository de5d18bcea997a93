import { describe, expect, it } from 'vitest';
import { ranked, rungsOf, standings, survivors } from './halving.js';

const OPTIONS = { trials: 27, epochs: 90, firstEpochs: 10, reduction: 3, evaluateEvery: 5 };

describe('rungsOf', () => {
  it('gives a third of the trials three times the epochs, and the last ones all', () => {
    expect(rungsOf(OPTIONS)).toEqual([
      { epochs: 10, trials: 27 },
      { epochs: 30, trials: 9 },
      { epochs: 90, trials: 3 },
    ]);
  });

  it('ends rungs where trainings evaluate, and never has two of the same length', () => {
    const budgets = (options: object) => rungsOf({ ...OPTIONS, ...options }).map(({ epochs }) => epochs);
    expect(budgets({ epochs: 100 })).toEqual([15, 35, 100]);
    expect(budgets({ epochs: 100, evaluateEvery: 40 })).toEqual([40, 100]);
    expect(budgets({ epochs: 7, firstEpochs: 1 })).toEqual([5, 7]);
    expect(budgets({ firstEpochs: 31 })).toEqual([90]);
  });

  it('leaves one trial at least', () => {
    expect(rungsOf({ ...OPTIONS, trials: 4 }).map(({ trials }) => trials)).toEqual([4, 1, 1]);
  });
});

describe('survivors', () => {
  const rows = [
    { trial: 0, mrr: 0.3 },
    { trial: 1 },
    { trial: 2, mrr: 0.5 },
    { trial: 3, mrr: 0.3 },
    { trial: 4, mrr: 0 },
  ];

  it('are the best, equals by their number, never the failed, in the order of trials', () => {
    expect(ranked(rows).map(({ trial }) => trial)).toEqual([2, 0, 3, 4]);
    expect(survivors(rows, 2)).toEqual([0, 2]);
    expect(survivors(rows, 9)).toEqual([0, 2, 3, 4]);
    expect(survivors([{ trial: 1 }], 1)).toEqual([]);
  });
});

describe('standings', () => {
  it('has each trial where it was trained longest, and none that failed there', () => {
    const rows = [
      { trial: 0, rung: 0, mrr: 0.2 },
      { trial: 1, rung: 0, mrr: 0.6 },
      { trial: 2, rung: 0, mrr: 0.4 },
      { trial: 3, rung: 0 },
      { trial: 1, rung: 1 },
      { trial: 2, rung: 1, mrr: 0.3 },
    ];
    expect(standings(rows).map(({ trial, rung }) => [trial, rung])).toEqual([
      [2, 1],
      [1, 0],
      [0, 0],
    ]);
  });
});
