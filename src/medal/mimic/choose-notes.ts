import { CounterRandom } from '../../base/random.js';

const PURPOSE = 'medal.mimic.notes';

export interface NoteChoice {
  /** Of an admission that the patient survived: so many notes at most. */
  readonly perAdmission: number;
  readonly seed: number;
}

/**
 * All notes of admissions that end in death, and of the others a sample of each: mortality is rare, and without it a model
 * does well that always says no (Wen et al. 2020).
 * @param admissions of each note, as a number
 * @returns the chosen notes, ascending
 */
export function chooseNotes(
  admissions: ArrayLike<number>,
  isPositive: (admission: number) => boolean,
  { perAdmission, seed }: NoteChoice,
): number[] {
  const random = new CounterRandom(seed, PURPOSE);
  const byAdmission = new Map<number, number[]>();
  for (let note = 0; note < admissions.length; note++) {
    const mine = byAdmission.get(admissions[note]);
    if (mine) mine.push(note);
    else byAdmission.set(admissions[note], [note]);
  }
  const chosen: number[] = [];
  for (const [admission, notes] of byAdmission) {
    if (isPositive(admission) || notes.length <= perAdmission) chosen.push(...notes);
    else {
      const draws = notes.map((note, at) => ({ note, draw: random.uint32(admission, at) }));
      draws.sort((a, b) => a.draw - b.draw || a.note - b.note);
      chosen.push(...draws.slice(0, perAdmission).map(({ note }) => note));
    }
  }
  return chosen.sort((a, b) => a - b);
}
