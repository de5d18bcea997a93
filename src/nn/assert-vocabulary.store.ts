import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { readVocabulary } from '../formats/vocabulary.js';

/**
 * A corpus is token ids: they have to mean the same in the model that is started from. A folder without `vocab.txt` is trusted.
 * @param modelSize rows of the model's word table
 * @param tokens the corpus's pieces in id order
 * @param code of the error
 * @throws MedgraftError by that code, naming the first piece that differs
 */
export async function assertVocabulary(
  folder: string,
  modelSize: number,
  tokens: readonly string[],
  code: string,
): Promise<void> {
  const path = join(folder, 'vocab.txt');
  const known = existsSync(path) ? (await readVocabulary(path)).tokens : tokens;
  const given = known.slice(0, modelSize);
  const other = tokens.findIndex((token, id) => given[id] !== token);
  if (other < 0) return;
  throw new MedgraftError('conflict', code, 'the corpus was tokenized with another vocabulary', {
    place: existsSync(path) ? `${path}:${other + 1}` : folder,
    expected: JSON.stringify(tokens[other]),
    got: given[other] === undefined ? `only ${given.length} pieces` : JSON.stringify(given[other]),
    hint: 'prepare the corpus with the vocab.txt of the model that you start from',
  });
}
