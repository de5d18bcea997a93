import { listField, own, recordOf, textField } from '../record-fields.js';
import { badRecord } from '../task-errors.js';
import type { TaskFormat } from '../task-format.js';
import { findMention, unitOfCodePoint } from './code-points.js';

/**
 * cMedQANER of ChineseBLUE: JSON lines `{"text", "mention_data": [{"mention", "type", "offset"}]}`; offsets are text, and
 * count characters as Python does.
 */
export const CMEDQA_NER: TaskFormat = {
  name: 'cmedqaner',
  rows: 'json',
  recognises: (first) => typeof first === 'object' && first !== null && Object.hasOwn(first, 'mention_data'),
  parse(row, place, id) {
    const record = recordOf(row, place, '{"text", "mention_data"}');
    const text = textField(record, 'text', place);
    const entities = listField(record, 'mention_data', place).map((value, i) => {
      const where = `${place}, mention_data[${i}]`;
      const entry = recordOf(value, where, '{"mention", "type", "offset"}');
      const mention = textField(entry, 'mention', where);
      const offset = Number(own(entry, 'offset') ?? Number.NaN);
      const known = Number.isInteger(offset) && offset >= 0 && offset < text.length;
      const span = known ? findMention(text, mention, unitOfCodePoint(text, offset)) : undefined;
      if (span) return { ...span, label: textField(entry, 'type', where) };
      const got = `offset ${JSON.stringify(own(entry, 'offset'))}`;
      throw badRecord(where, 'the mention does not stand at its place', JSON.stringify(mention), got);
    });
    return [{ id, place, text, entities }];
  },
};
