import type { TaskExample } from './task-example.js';

/**
 * A format of a task's file: rows are JSON values or tab-separated fields, and each gives examples or says what is wrong.
 * Formats that need several files are read by a store of their own (`read`), which then has no `parse`.
 */
export interface TaskFormat {
  /** As `--format` names it. */
  readonly name: string;
  readonly rows: 'json' | 'tabs' | 'files';
  /** Whether the first row looks like this format; for files of several, whether the name does. */
  recognises(first: unknown, path: string): boolean;
  /** @throws MedgraftError `task.record` */
  parse?(row: unknown, place: string, id: string): TaskExample[];
}
