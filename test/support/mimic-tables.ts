import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CounterRandom } from '../../src/base/random.js';

const FILLERS = ['the', 'of', 'in', 'was'];
const PATIENTS = 40;

/**
 * Made-up tables in the columns of MIMIC-III: 40 patients of one admission and two notes; a third of them die, with a diagnosis of
 * their own, and one word of their notes says so.
 */
export function writeMimicTables(folder: string): void {
  const random = new CounterRandom(5, 'made-up mimic');
  const admissions = ['ROW_ID,SUBJECT_ID,HADM_ID,DISCHTIME,HOSPITAL_EXPIRE_FLAG'];
  const diagnoses = ['ROW_ID,SUBJECT_ID,HADM_ID,SEQ_NUM,ICD9_CODE'];
  const notes = ['ROW_ID,SUBJECT_ID,HADM_ID,CHARTDATE,CHARTTIME,CATEGORY,TEXT'];
  for (let patient = 0; patient < PATIENTS; patient++) {
    const died = patient % 3 === 0;
    const ids = `${patient},${patient}`;
    admissions.push(`1,${ids},2101-01-10 12:00:00,${Number(died)}`);
    diagnoses.push(`1,${ids},1,${died ? '0389' : '4273'}`, `1,${ids},2,V45`);
    for (const note of [0, 1]) {
      const words = Array.from({ length: 20 }, (_, i) => FILLERS[random.below(4, patient, 40 * note + i)]);
      words[random.below(10, patient, 90 + note)] = died ? 'septic' : 'walking';
      // Notes of one admission that are the same count once.
      words[19] = String(note);
      notes.push(`${2 * patient + note},${ids},2101-01-02,,Nursing,${words.join(' ')}`);
    }
  }
  for (const [name, lines] of Object.entries({ ADMISSIONS: admissions, DIAGNOSES_ICD: diagnoses, NOTEEVENTS: notes })) {
    writeFileSync(join(folder, `${name}.csv`), `${lines.join('\n')}\n`);
  }
}
