/** Made-up articles and a small table of abbreviations, for tests of sample sets. */
import { writeFileSync } from 'node:fs';
import { CounterRandom } from '../../src/base/random.js';

export const TABLE_ROWS = [
  ['CT', 'CT:120|C.T.:3', 'computed tomography'],
  ['CT', 'CT:5', 'calcitonin'],
  ['RF', 'RF:9', 'renal failure'],
  ['RF', 'RF:3', 'rheumatic fever'],
  ['MI', 'MI:40', 'myocardial infarction'],
  ['1,5-AG', '1,5-AG:10', 'anhydroglucitol'],
] as const;

const FILLERS = [
  'patients',
  'with',
  'showed',
  'after',
  'a',
  'course',
  'of',
  'treatment,',
  'significantly',
  '(n=12)',
  '±',
];
const PHRASES = TABLE_ROWS.map(([, , expansion]) => expansion);

export function writeAbbreviationTable(path: string): void {
  const lines = TABLE_ROWS.map((row) => `${row.join('\t')}\n`);
  writeFileSync(path, `PREFERRED_AB\tVARIANT_AB\tEXPANSION\n${lines.join('')}`);
}

export interface MadeArticle {
  readonly id: string;
  readonly text: string;
}

/** @param words of each; every fifth article has the id of the one before it */
export function makeArticles(count: number, words: number): MadeArticle[] {
  const random = new CounterRandom(3, 'test.articles');
  return Array.from({ length: count }, (_, article) => ({
    id: `A${article - (article % 5 === 4 ? 1 : 0)}`,
    text: Array.from({ length: words }, (_, word) => {
      const pool = random.uniform(article, 2 * word) < 0.1 ? PHRASES : FILLERS;
      return pool[random.below(pool.length, article, 2 * word + 1)];
    }).join(' '),
  }));
}
