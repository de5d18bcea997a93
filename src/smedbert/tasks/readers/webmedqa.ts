import { fieldsOf } from '../record-fields.js';
import { badRecord } from '../task-errors.js';
import type { TaskFormat } from '../task-format.js';

/** WebMedQA (He et al. 2019): `question id<TAB>label<TAB>category<TAB>question<TAB>answer`, no header. */
export const WEBMEDQA: TaskFormat = {
  name: 'webmedqa',
  rows: 'tabs',
  recognises: (first) => Array.isArray(first) && first.length === 5,
  parse(row, place, id) {
    const [group, label, , question, answer] = fieldsOf(row, 5, 'id, label, category, question and answer', place);
    if (label !== '0' && label !== '1') throw badRecord(place, 'the label is no relevance', '1 or 0', label);
    return [{ id, place, text: question.trim(), pair: answer.trim(), label, group }];
  },
};
