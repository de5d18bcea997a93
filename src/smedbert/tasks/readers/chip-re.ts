import { listField, own, recordOf, textField } from '../record-fields.js';
import { badRecord } from '../task-errors.js';
import type { TaskExample, TextSpan } from '../task-example.js';
import type { TaskFormat } from '../task-format.js';

/**
 * CHIP-RE (CMeIE): JSON lines `{"text", "spo_list": [{"subject", "predicate", "object", "subject_type", "object_type"}]}`;
 * object and its type are text, or `{"@value": text}`. The names have no places: the first one is taken where both stand
 * apart. A relation whose names are not both in the text cannot be marked, and is passed over (the published set has some).
 */
export const CHIP_RE: TaskFormat = {
  name: 'chip-re',
  rows: 'json',
  recognises: (first) => typeof first === 'object' && first !== null && Object.hasOwn(first, 'spo_list'),
  parse(row, place, id) {
    const record = recordOf(row, place, '{"text", "spo_list"}');
    const text = textField(record, 'text', place);
    const seen = new Set<string>();
    return listField(record, 'spo_list', place).flatMap((value, i): TaskExample[] => {
      const where = `${place}, spo_list[${i}]`;
      const entry = recordOf(value, where, '{"subject", "predicate", "object"}');
      const label = textField(entry, 'predicate', where);
      const marked = findBoth(text, textField(entry, 'subject', where), objectOf(entry, where));
      if (marked === undefined) return [];
      const key = marked.map(({ start, end }) => `${start} ${end}`).join(' ');
      if (seen.has(key)) return [];
      seen.add(key);
      return [{ id: `${id}.${i + 1}`, place, text, marked, label, group: id }];
    });
  },
};

function objectOf(entry: Readonly<Record<string, unknown>>, place: string): string {
  const object = own(entry, 'object');
  if (typeof object === 'string' && object !== '') return object;
  if (typeof object === 'object' && object !== null) {
    const value = own(object as Readonly<Record<string, unknown>>, '@value');
    if (typeof value === 'string' && value !== '') return value;
  }
  throw badRecord(`${place}, object`, 'object is missing or no text', 'text, or {"@value": text}', object);
}

/** The first place of each; of an object within the subject the first place apart from it. */
function findBoth(text: string, subject: string, object: string): [TextSpan, TextSpan] | undefined {
  const at = text.indexOf(subject);
  if (at < 0) return undefined;
  const marked = { start: at, end: at + subject.length };
  for (let start = text.indexOf(object); start >= 0; start = text.indexOf(object, start + 1)) {
    const end = start + object.length;
    if (end <= marked.start || start >= marked.end) return [marked, { start, end }];
  }
  return undefined;
}
