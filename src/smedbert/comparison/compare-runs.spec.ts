import { describe, expect, it } from 'vitest';
import { type ComparedRun, compareTask } from './compare-runs.js';
import { comparisonCsv, comparisonMarkdown, contrastsCsv } from './comparison-report.js';

const EXAMPLES = 60;

/** Right on every example below `right`, and on all that are in mentions where it knows the graph. */
function run(variant: string, seed: number, right: number, knowsGraph: boolean): ComparedRun {
  const isRight = (example: number) => example % 10 < right || (knowsGraph && example >= 30);
  return {
    variant,
    seed,
    judge: (examples) => ({
      accuracy: examples.filter(isRight).length / examples.length,
      examples: examples.length,
    }),
  };
}

const TASK = {
  name: 'toy',
  title: 'Toy',
  figures: ['accuracy'],
  units: Array.from({ length: EXAMPLES / 2 }, (_, unit) => [2 * unit, 2 * unit + 1]),
  hitRatios: Array.from({ length: EXAMPLES / 2 }, (_, unit) => (unit < 15 ? 0 : unit / 100)),
  runs: [run('on', 1, 5, true), run('on', 2, 6, true), run('off', 1, 5, false), run('off', 2, 6, false)],
};

describe('compareTask', () => {
  const comparison = compareTask(
    TASK,
    [
      ['on', 'off'],
      ['on', 'absent'],
    ],
    { replicates: 200, seed: 1 },
  );

  it('gives every variant its figures by seed', () => {
    expect(comparison.examples).toBe(EXAMPLES);
    expect(comparison.variants.map(({ variant, seeds }) => [variant, seeds])).toEqual([
      ['on', [1, 2]],
      ['off', [1, 2]],
    ]);
    expect(comparison.variants[1].figures['accuracy']).toMatchObject({ values: [0.5, 0.6], mean: 0.55 });
    expect(comparison.variants[1].figures['accuracy'].deviation).toBeCloseTo(0.0707, 4);
  });

  it('sets variants that are there against each other', () => {
    expect(comparison.contrasts).toHaveLength(1);
    const [{ difference, lower, better }] = comparison.contrasts;
    expect(difference).toBeCloseTo(0.5 * 0.45, 9);
    expect(lower).toBeGreaterThan(0);
    expect(better).toBe(1);
  });

  it('tells where the difference lies by the share of tokens in mentions', () => {
    expect(comparison.groups.map(({ group, units }) => [group, units])).toEqual([
      ['no mention', 15],
      ['up to 22 % of the tokens in mentions', 8],
      ['more than 22 %', 7],
    ]);
    const differences = comparison.groups.map(({ contrasts }) => contrasts[0].difference);
    expect(differences[0]).toBe(0);
    expect(differences[1]).toBeGreaterThan(0.3);
  });

  it('is told as tables', () => {
    const whole = {
      title: 'Toy comparison',
      lead: 'Two variants.',
      replicates: 200,
      pretraining: [{ variant: 'on', seeds: [{ seed: 1, figures: { mlm: 2.5, mentionAccuracy: 0.25 } }] }],
      tasks: [comparison],
    };
    const markdown = comparisonMarkdown(whole);
    expect(markdown).toContain('| on | 1 | 2.500 | 25.0 |');
    expect(markdown).toContain('| off | 55.00 ± 7.07 | 1: 50.00, 2: 60.00 |');
    expect(markdown).toContain('| on - off | accuracy | +22.50 |');
    expect(comparisonCsv(whole).split('\n').slice(0, 3)).toEqual([
      'task,variant,seed,figure,value',
      'pretraining,on,1,mlm,2.5',
      'pretraining,on,1,mentionAccuracy,0.25',
    ]);
    expect(contrastsCsv(whole)).toContain('toy,no mention,on,off,accuracy,0,0,0,0');
  });
});
