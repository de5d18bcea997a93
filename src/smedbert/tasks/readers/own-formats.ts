import { idOf, labelField, listField, own, recordOf, spanOf, textField } from '../record-fields.js';
import { badRecord } from '../task-errors.js';
import type { TaskExample } from '../task-example.js';
import type { TaskFormat } from '../task-format.js';

/**
 * The project's own shape of each task: JSON Lines, one example a line, with an `id` where one likes to name it. Places
 * are UTF-16 units. docs/tasks.md shows a line of each.
 */
const NAME = 'jsonl';

/** `{"text", "entities": [{"start", "end", "type"}]}` */
export const OWN_ENTITIES: TaskFormat = ownFormat(['text', 'entities'], (record, place) => {
  const text = textField(record, 'text', place);
  const entities = listField(record, 'entities', place).map((value, i) => {
    const where = `${place}, entities[${i}]`;
    const entity = recordOf(value, where, '{"start", "end", "type"}');
    return { ...spanOf(entity, text, where), label: textField(entity, 'type', where) };
  });
  return { text, entities };
});

/** `{"text", "label"}` */
export const OWN_LABELLED_TEXTS: TaskFormat = ownFormat(['text', 'label'], (record, place) => ({
  text: textField(record, 'text', place),
  label: requiredLabel(record, place),
}));

/** `{"text", "pair", "label"}` */
export const OWN_LABELLED_PAIRS: TaskFormat = ownFormat(['text', 'pair', 'label'], (record, place) => ({
  text: textField(record, 'text', place),
  pair: textField(record, 'pair', place),
  label: requiredLabel(record, place),
}));

/** `{"text", "subject": {"start", "end"}, "object": {"start", "end"}, "label"}` */
export const OWN_RELATIONS: TaskFormat = ownFormat(['text', 'subject', 'object', 'label'], (record, place) => {
  const text = textField(record, 'text', place);
  const span = (name: string) =>
    spanOf(recordOf(own(record, name), `${place}, ${name}`, '{"start", "end"}'), text, `${place}, ${name}`);
  return { text, marked: [span('subject'), span('object')], label: requiredLabel(record, place) };
});

/** `{"question", "answer", "label": 1 or 0}`; answers to one question have its text, or its `group`. */
export const OWN_ANSWERS: TaskFormat = ownFormat(['question', 'answer', 'label'], (record, place) => {
  const question = textField(record, 'question', place);
  const label = requiredLabel(record, place);
  if (label !== '0' && label !== '1') throw badRecord(`${place}, label`, 'this is no relevance', '1 or 0', label);
  const group = own(record, 'group');
  return {
    text: question,
    pair: textField(record, 'answer', place),
    label,
    group: typeof group === 'string' || typeof group === 'number' ? String(group) : question,
  };
});

function ownFormat(
  names: readonly string[],
  parse: (record: Readonly<Record<string, unknown>>, place: string) => Omit<TaskExample, 'id' | 'place'>,
): TaskFormat {
  const shape = `{${names.map((name) => `"${name}"`).join(', ')}}`;
  return {
    name: NAME,
    rows: 'json',
    recognises: (first) =>
      typeof first === 'object' && first !== null && names.every((name) => Object.hasOwn(first, name)),
    parse(row, place, id) {
      const record = recordOf(row, place, shape);
      return [{ id: idOf(record, id), place, ...parse(record, place) }];
    },
  };
}

function requiredLabel(record: Readonly<Record<string, unknown>>, place: string): string {
  const label = labelField(record, 'label', place);
  if (label !== undefined) return label;
  throw badRecord(`${place}, label`, 'the label is missing', '"label": text or a number');
}
