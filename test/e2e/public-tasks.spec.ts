import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TaskName } from '../../src/smedbert/tasks/downstream-task.js';
import { readExamples } from '../../src/smedbert/tasks/readers/read-examples.store.js';
import { TASKS } from '../../src/smedbert/tasks/tasks.js';
import { ROOT } from '../house/source-files.js';

// The published files themselves, where this machine has them; the shapes are guarded by read-examples.store.spec.ts.
const DATA = join(ROOT, '../shared/data/text/chineseblue');
const present = existsSync(DATA);
if (!present) process.stdout.write('skipped: ../shared/data not present\n');

describe.skipIf(!present)('ChineseBLUE', () => {
  const sets: [TaskName, string, Record<string, number>][] = [
    ['ner', 'cMedQANER/*.json', { train: 1673, dev: 175, test: 215 }],
    ['matching', 'cMedQQ/*.txt', { train: 16071, dev: 1793, test: 1935 }],
    ['classification', 'cMedTC/*.txt', { train: 14610, dev: 1550, test: 1800 }],
  ];

  it.each(sets)('is read whole: %s', async (task, pattern, counts) => {
    for (const [set, count] of Object.entries(counts)) {
      const path = join(DATA, pattern.replace('*', set));
      const examples = await readExamples(path, TASKS[task], { negatives: 1, use: 'judging' });
      expect(examples.length, set).toBe(count);
      for (const { text, entities } of examples) {
        for (const { start, end } of entities ?? []) expect(end <= text.length && start < end).toBe(true);
      }
    }
  });
});
