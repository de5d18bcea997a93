import type { DownstreamTask } from './downstream-task.js';
import { own, type PlainRecord, recordOf, spanOf, textField } from './record-fields.js';
import type { TaskExample } from './task-example.js';

/**
 * A question to a fine-tuned model: `{"text"}`, with `pair` where the task compares two texts (`question` and `answer` are
 * other names of the two), and `subject` and `object` where two spans are marked.
 */
export function questionOf(task: DownstreamTask, value: unknown, place: string, id: string): TaskExample {
  const record = recordOf(value, place, '{"text"}');
  const [first, second] = own(record, 'question') === undefined ? ['text', 'pair'] : ['question', 'answer'];
  const text = textField(record, first, place);
  const given = own(record, 'id');
  const example = { id: typeof given === 'string' || typeof given === 'number' ? String(given) : id, place, text };
  if (PAIRED.includes(task.name)) return { ...example, pair: textField(record, second, place) };
  if (task.kind !== 'spans') return example;
  return { ...example, marked: [markedOf(record, 'subject', text, place), markedOf(record, 'object', text, place)] };
}

/** Tasks that compare two texts. */
const PAIRED: readonly string[] = ['matching', 'nli', 'ranking'];

function markedOf(record: PlainRecord, name: string, text: string, place: string) {
  const where = `${place}, ${name}`;
  return spanOf(recordOf(own(record, name), where, '{"start", "end"}'), text, where);
}

/** What the doors answer. */
export interface TaskAnswer {
  readonly id: string;
  /** The most probable label. */
  readonly label?: string;
  /** Label -> probability; of a score: of being right. */
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly score?: number;
  readonly entities?: readonly { start: number; end: number; type: string; text: string }[];
  /** Linked mentions whose neighbours were infused. */
  readonly mentions: number;
}
