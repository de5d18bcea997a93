/** The ranks that `kg.rank` left, for stages that order neighbours or surfaces by them. */
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { NpyFile } from '../formats/npy.js';

export const RANKS_FILE = 'ranks.npy';

/**
 * @param folder of a `kg.rank` artefact
 * @returns [entities] PageRank by entity id; sums to 1 unless the variant is `gds`
 * @throws MedgraftError `graph.ranks`, `formats.missing`, `formats.npy`
 */
export async function loadRanks(folder: string): Promise<Float64Array> {
  const path = join(folder, RANKS_FILE);
  const file = await NpyFile.open(path);
  try {
    const ranks = await file.all();
    if (ranks instanceof Float64Array && file.shape.length === 1) return ranks;
    throw new MedgraftError('input', 'graph.ranks', 'this is no list of ranks', {
      place: path,
      expected: '<f8 of one dimension',
      got: `${file.dtype} (${file.shape})`,
    });
  } finally {
    await file.close();
  }
}
