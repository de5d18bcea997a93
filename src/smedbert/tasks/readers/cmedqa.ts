import type { TaskFormat } from '../task-format.js';

/**
 * cMedQA 1 and 2 (Zhang et al. 2017, 2018): a file of candidates that names questions and answers by id, with their texts
 * in `question.csv` and `answer.csv` beside it; read by read-cmedqa.store.ts.
 */
export const CMEDQA: TaskFormat = {
  name: 'cmedqa',
  rows: 'files',
  recognises: (_, path) => /_candidates\.txt$/.test(path),
};
