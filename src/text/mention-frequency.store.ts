/** How often a corpus mentions each entity by surfaces that are its own, which `corpus.link` leaves where context decides. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { writeFile } from '../formats/byte-sink.js';
import { NpyFile, writeNpy } from '../formats/npy.js';

const FREQUENCY_FILE = 'unambiguous-mentions.npy';

/** @param frequency [entities] */
export function writeMentionFrequency(folder: string, frequency: Int32Array): Promise<void> {
  return writeFile(join(folder, FREQUENCY_FILE), (sink) => writeNpy(sink, [frequency.length], frequency));
}

/**
 * @returns [entities], or undefined where the corpus was linked by exact match
 * @throws MedgraftError `text.frequency`, `formats.npy`
 */
export async function readMentionFrequency(folder: string, entities: number): Promise<Int32Array | undefined> {
  const path = join(folder, FREQUENCY_FILE);
  if (!existsSync(path)) return undefined;
  const file = await NpyFile.open(path);
  try {
    const counts = await file.all();
    if (counts instanceof Int32Array && counts.length === entities) return counts;
    throw new MedgraftError('input', 'text.frequency', 'these are no mention counts of the graph', {
      place: path,
      expected: `<i4 (${entities})`,
      got: `${file.dtype} (${file.shape})`,
      hint: 'run medgraft corpus link again',
    });
  } finally {
    await file.close();
  }
}
