import { MedgraftError } from '../../base/errors.js';
import { findTable, type TableName } from './mimic-table.store.js';
import type { PrepareMimicSettings } from './prepare-mimic-settings.js';

/** Where the tables are: each by its own setting, else in the folder. */
export interface MimicTables {
  readonly admissions: string;
  readonly patients?: string;
  /** For the task of diagnoses. */
  readonly diagnoses?: string;
  readonly noteEvents: string;
}

/** @throws MedgraftError `medal.mimic-tables` naming the table that is missing */
export function locateTables(settings: PrepareMimicSettings): MimicTables {
  const { folder, task } = settings;
  const inFolder = (table: TableName) => (folder === undefined ? undefined : findTable(folder, table));
  const needed = (own: string | undefined, table: TableName, flag: string) => {
    const path = own ?? inFolder(table);
    if (path !== undefined) return path;
    throw new MedgraftError('missing', 'medal.mimic-tables', `there is no table ${table}`, {
      place: folder ?? flag,
      expected: `${table}.csv or ${table}.csv.gz`,
      hint: `set --folder to the folder of MIMIC-III's tables, or ${flag} to this one`,
    });
  };
  return {
    admissions: needed(settings.admissions, 'ADMISSIONS', '--admissions'),
    patients: settings.patients ?? inFolder('PATIENTS'),
    diagnoses: task === 'diagnosis' ? needed(settings.diagnoses, 'DIAGNOSES_ICD', '--diagnoses') : undefined,
    noteEvents: needed(settings.noteEvents, 'NOTEEVENTS', '--note-events'),
  };
}
