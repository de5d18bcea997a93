/**
 * What `corpus.prepare` leaves for `corpus.link`: `segments.txt` (a segment a line), and the tokenizer that cut them as
 * the two files that Hugging Face's BertTokenizer reads, `vocab.txt` and `tokenizer_config.json`.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { writeFile } from '../formats/byte-sink.js';
import { readVocabulary } from '../formats/vocabulary.js';
import { WordPieceTokenizer } from './word-piece.js';

export const SEGMENTS_FILE = 'segments.txt';
export const VOCABULARY_FILE = 'vocab.txt';
const TOKENIZER_FILE = 'tokenizer_config.json';

export interface StoredTokenizer {
  readonly pieces: readonly string[];
  readonly lowerCase: boolean;
  readonly tokenizer: WordPieceTokenizer;
}

export async function writeTokenizer(folder: string, pieces: readonly string[], lowerCase: boolean): Promise<void> {
  const config = { tokenizer_class: 'BertTokenizer', do_lower_case: lowerCase, tokenize_chinese_chars: true };
  await writeText(join(folder, VOCABULARY_FILE), `${pieces.join('\n')}\n`);
  await writeText(join(folder, TOKENIZER_FILE), `${JSON.stringify(config, null, 2)}\n`);
}

/** @throws MedgraftError `text.tokenizer`, `formats.vocabulary` and as `readLines` */
export async function readTokenizer(folder: string): Promise<StoredTokenizer> {
  const { tokens } = await readVocabulary(join(folder, VOCABULARY_FILE));
  const lowerCase = await readLowerCase(join(folder, TOKENIZER_FILE));
  return { pieces: tokens, lowerCase, tokenizer: new WordPieceTokenizer(tokens, { lowerCase }) };
}

async function readLowerCase(place: string): Promise<boolean> {
  let cause: unknown;
  try {
    const config: Record<string, unknown> = JSON.parse(await readFile(place, 'utf8'));
    const lowerCase = config['do_lower_case'];
    if (typeof lowerCase === 'boolean') return lowerCase;
  } catch (error) {
    cause = error;
  }
  throw new MedgraftError('conflict', 'text.tokenizer', 'the prepared corpus does not say how its text was cut', {
    place,
    expected: 'a JSON object with do_lower_case',
    hint: 'run `medgraft corpus prepare` again',
    cause,
  });
}

function writeText(path: string, text: string): Promise<void> {
  return writeFile(path, (sink) => sink.write(new TextEncoder().encode(text)));
}
