import { fieldsOf } from '../record-fields.js';
import type { TaskFormat } from '../task-format.js';

/** cMedTC of ChineseBLUE: `label<TAB>text`, no header, no quotes. */
export const LABEL_TEXT_TABS: TaskFormat = {
  name: 'cmedtc',
  rows: 'tabs',
  recognises: (first) => Array.isArray(first) && first.length === 2,
  parse(row, place, id) {
    const [label, text] = fieldsOf(row, 2, 'label and text', place);
    return [{ id, place, text: text.trim(), label: label.trim() }];
  },
};

/** cMedQQ and cMedQNLI of ChineseBLUE: `label<TAB>first text<TAB>second text`, no header, no quotes. */
export const LABEL_PAIR_TABS: TaskFormat = {
  name: 'cmedqq',
  rows: 'tabs',
  recognises: (first) => Array.isArray(first) && first.length === 3,
  parse(row, place, id) {
    const [label, text, pair] = fieldsOf(row, 3, 'label and two texts', place);
    return [{ id, place, text: text.trim(), pair: pair.trim(), label: label.trim() }];
  },
};
