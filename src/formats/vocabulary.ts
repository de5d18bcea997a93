/**
 * BERT's `vocab.txt`: one token a line, its id the line number from 0. The five special tokens have to be there
 * (github.com/google-research/bert, tokenization.py; Hugging Face's BertTokenizer).
 */
import { MedgraftError } from '../base/errors.js';
import { readLines } from './text-lines.js';

export interface Vocabulary {
  /** id -> token */
  readonly tokens: readonly string[];
  /** token -> id */
  readonly ids: ReadonlyMap<string, number>;
  readonly special: Readonly<Record<SpecialToken, number>>;
}

export const SPECIAL_TOKENS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;
export type SpecialToken = (typeof SPECIAL_TOKENS)[number];

/** @throws MedgraftError `formats.vocabulary`, and as `readLines` */
export async function readVocabulary(path: string): Promise<Vocabulary> {
  const tokens: string[] = [];
  for await (const { text } of readLines(path)) tokens.push(text);
  return vocabularyOf(tokens, path);
}

/** @param place names the source in error messages @throws MedgraftError `formats.vocabulary` */
export function vocabularyOf(tokens: readonly string[], place: string): Vocabulary {
  const ids = new Map<string, number>();
  for (const [id, token] of tokens.entries()) {
    const where = `${place}:${id + 1}`;
    if (token === '') throw vocabularyError(where, 'the line is empty', 'one token a line');
    const earlier = ids.get(token);
    if (earlier !== undefined) {
      throw vocabularyError(
        where,
        `the token ${JSON.stringify(token)} is on line ${earlier + 1} already`,
        'each token once',
      );
    }
    ids.set(token, id);
  }
  return { tokens, ids, special: specialIds(ids, place) };
}

function specialIds(ids: ReadonlyMap<string, number>, place: string): Record<SpecialToken, number> {
  const missing = SPECIAL_TOKENS.filter((token) => !ids.has(token));
  if (missing.length > 0) {
    throw vocabularyError(
      place,
      `the vocabulary lacks ${missing.join(', ')}`,
      SPECIAL_TOKENS.join(' '),
      `${ids.size} tokens`,
    );
  }
  return Object.fromEntries(SPECIAL_TOKENS.map((token) => [token, ids.get(token)])) as Record<SpecialToken, number>;
}

function vocabularyError(place: string, message: string, expected: string, got?: string): MedgraftError {
  const hint = 'take the vocab.txt that belongs to the model (bert-base-chinese has 21,128 lines)';
  return new MedgraftError('input', 'formats.vocabulary', message, { place, expected, got, hint });
}
