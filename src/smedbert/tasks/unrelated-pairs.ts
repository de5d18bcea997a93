import { CounterRandom } from '../../base/random.js';
import type { TaskExample, TextSpan } from './task-example.js';

/** The label of two spans that no relation of the file joins. */
export const NO_RELATION = 'no relation';

/**
 * Ordered pairs of a sentence's entities that no relation joins, drawn by a fixed key: the same file gives the same pairs
 * whatever the seed of a training. Pairs that overlap are none.
 * @param related examples of one sentence, each with its marked spans
 * @param count so many at most
 */
export function unrelatedPairs(related: readonly TaskExample[], count: number): TaskExample[] {
  const [first] = related;
  if (first === undefined || count === 0) return [];
  const key = ({ start, end }: TextSpan) => `${start} ${end}`;
  const spans = new Map(related.flatMap(({ marked = [] }) => marked.map((span) => [key(span), span])));
  const joined = new Set(related.map(({ marked = [] }) => marked.map(key).join(' ')));
  const pairs = [...spans.values()].flatMap((subject) =>
    [...spans.values()]
      .filter((object) => object.end <= subject.start || subject.end <= object.start)
      .map((object): [TextSpan, TextSpan] => [subject, object])
      .filter((pair) => !joined.has(pair.map(key).join(' '))),
  );
  const random = new CounterRandom(0, `task.unrelated.${first.text}`);
  return pairs
    .map((marked, i) => ({ marked, draw: random.uint32(0, i), i }))
    .sort((a, b) => a.draw - b.draw || a.i - b.i)
    .slice(0, count)
    .map(({ marked }, i) => ({ ...first, id: `${first.id} unrelated ${i + 1}`, marked, label: NO_RELATION }));
}
