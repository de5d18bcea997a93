/** Who was admitted when, how it ended and, where it is asked for, with which diagnoses. */
import { type ChartTime, parseChartTime } from './chart-time.js';
import { shortCode } from './diagnosis-index.js';
import { type RowProblems, readTable } from './mimic-table.store.js';

export interface Admission {
  readonly id: string;
  readonly patient: string;
  readonly discharge: ChartTime;
  /** The patient died in hospital. */
  readonly isPositive: boolean;
  /** Cut codes, without order. */
  readonly codes: Set<string>;
}

export interface AdmissionTables {
  readonly admissions: string;
  readonly patients?: string;
  readonly diagnoses?: string;
}

const ADMISSION_COLUMNS = { required: ['SUBJECT_ID', 'HADM_ID', 'DISCHTIME', 'HOSPITAL_EXPIRE_FLAG'] } as const;

/** By their ids. @throws MedgraftError as `readTable` */
export async function readAdmissions(
  { admissions: path, patients, diagnoses }: AdmissionTables,
  problems: RowProblems,
): Promise<Map<string, Admission>> {
  const known = patients === undefined ? undefined : await readPatients(patients, problems);
  const admissions = new Map<string, Admission>();
  for await (const rows of readTable(path, ADMISSION_COLUMNS, problems)) {
    for (const row of rows) {
      const { HADM_ID: id, SUBJECT_ID: patient, HOSPITAL_EXPIRE_FLAG: flag, place } = row;
      const discharge = parseChartTime(row.DISCHTIME);
      if (id === '' || patient === '') problems.add(place, 'no HADM_ID or SUBJECT_ID');
      else if (admissions.has(id)) problems.add(place, `the admission ${id} is there already`);
      else if (discharge === undefined) problems.add(place, `DISCHTIME ${JSON.stringify(row.DISCHTIME)} is no time`);
      else if (flag !== '0' && flag !== '1') problems.add(place, `HOSPITAL_EXPIRE_FLAG ${JSON.stringify(flag)}`);
      else if (known?.has(patient) === false) problems.add(place, `PATIENTS does not have ${patient}`);
      else admissions.set(id, { id, patient, discharge, isPositive: flag === '1', codes: new Set() });
    }
  }
  if (diagnoses !== undefined) await addDiagnoses(diagnoses, admissions, problems);
  return admissions;
}

async function readPatients(path: string, problems: RowProblems): Promise<Set<string>> {
  const patients = new Set<string>();
  for await (const rows of readTable(path, { required: ['SUBJECT_ID'] }, problems)) {
    for (const { SUBJECT_ID: patient } of rows) patients.add(patient);
  }
  return patients;
}

/** Diagnoses of admissions that are not there, and rows without a code, say nothing. */
async function addDiagnoses(
  path: string,
  admissions: ReadonlyMap<string, Admission>,
  problems: RowProblems,
): Promise<void> {
  for await (const rows of readTable(path, { required: ['HADM_ID', 'ICD9_CODE'] }, problems)) {
    for (const { HADM_ID: id, ICD9_CODE: code } of rows) {
      const short = shortCode(code);
      if (short !== '') admissions.get(id)?.codes.add(short);
    }
  }
}
