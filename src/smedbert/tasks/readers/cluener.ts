import { recordOf, spanOf, textField } from '../record-fields.js';
import { badRecord } from '../task-errors.js';
import type { TaskFormat } from '../task-format.js';
import { unitOfCodePoint } from './code-points.js';

/** CLUENER: JSON lines `{"text", "label": {type: {mention: [[first, last], ...]}}}`; `last` is the last character itself. */
export const CLUENER: TaskFormat = {
  name: 'cluener',
  rows: 'json',
  recognises: (first) =>
    typeof first === 'object' && first !== null && typeof (first as { label?: unknown }).label === 'object',
  parse(row, place, id) {
    const record = recordOf(row, place, '{"text", "label"}');
    const text = textField(record, 'text', place);
    const types = recordOf(record['label'], `${place}, label`, '{type: {mention: [[first, last]]}}');
    const entities = Object.entries(types).flatMap(([label, mentions]) =>
      Object.entries(recordOf(mentions, `${place}, ${label}`, '{mention: [[first, last]]}')).flatMap(
        ([mention, places]) =>
          placesOf(places, `${place}, ${label}, ${mention}`).map(([first, last]) => {
            const start = unitOfCodePoint(text, first);
            const end = unitOfCodePoint(text, last + 1);
            return { ...spanOf({ start, end }, text, `${place}, ${label}, ${mention}`), label };
          }),
      ),
    );
    return [{ id, place, text, entities }];
  },
};

function placesOf(value: unknown, place: string): readonly [number, number][] {
  const isPlace = (entry: unknown) => Array.isArray(entry) && entry.length === 2 && entry.every(Number.isInteger);
  if (Array.isArray(value) && value.every(isPlace)) return value;
  throw badRecord(place, 'these are no places', '[[first, last], ...]', value);
}
