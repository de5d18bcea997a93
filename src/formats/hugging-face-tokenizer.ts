/**
 * What transformers' BertTokenizerFast opens beside `vocab.txt`: `tokenizer.json` (github.com/huggingface/tokenizers, a WordPiece
 * model with BERT's normaliser and template), `tokenizer_config.json` and `special_tokens_map.json`.
 */
import { join } from 'node:path';
import { writeFile } from './byte-sink.js';
import { SPECIAL_TOKENS, type SpecialToken } from './vocabulary.js';

export interface TokenizerFacts {
  /** Lower case and no accents, as an uncased BERT reads. */
  readonly lowerCase: boolean;
  /** Longest sample in tokens, special ones included. */
  readonly maximumTokens: number;
}

const ROLES: Readonly<Record<string, SpecialToken>> = {
  cls_token: '[CLS]',
  mask_token: '[MASK]',
  pad_token: '[PAD]',
  sep_token: '[SEP]',
  unk_token: '[UNK]',
};
const LONGEST_WORD = 100;

/** @param pieces in id order, the special ones among them */
export async function writeTokenizerFiles(
  folder: string,
  pieces: readonly string[],
  facts: TokenizerFacts,
): Promise<void> {
  const write = (name: string, text: string) =>
    writeFile(join(folder, name), (sink) => sink.write(new TextEncoder().encode(text)));
  const config = {
    tokenizer_class: 'BertTokenizer',
    do_lower_case: facts.lowerCase,
    tokenize_chinese_chars: true,
    strip_accents: null,
    model_max_length: facts.maximumTokens,
    ...ROLES,
  };
  await write('tokenizer_config.json', json(config));
  await write('special_tokens_map.json', json(ROLES));
  await write('tokenizer.json', tokenizerJson(pieces, facts.lowerCase));
}

function tokenizerJson(pieces: readonly string[], lowerCase: boolean): string {
  const added = pieces.flatMap((content, id) =>
    isSpecial(content)
      ? [{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }]
      : [],
  );
  const special = (id: SpecialToken) => ({ id, ids: [pieces.indexOf(id)], tokens: [id] });
  const token = (id: SpecialToken, kind: number) => ({ SpecialToken: { id, type_id: kind } });
  const text = (id: 'A' | 'B', kind: number) => ({ Sequence: { id, type_id: kind } });
  const single = [token('[CLS]', 0), text('A', 0), token('[SEP]', 0)];
  const head = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: lowerCase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, text('B', 1), token('[SEP]', 1)],
      special_tokens: { '[CLS]': special('[CLS]'), '[SEP]': special('[SEP]') },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  };
  // A piece may be called like a number or `__proto__`: an object would reorder the one and lose the other.
  const vocabulary = pieces.map((piece, id) => `      ${JSON.stringify(piece)}: ${id}`).join(',\n');
  const model =
    `{\n    "type": "WordPiece",\n    "unk_token": "[UNK]",\n    "continuing_subword_prefix": "##",\n` +
    `    "max_input_chars_per_word": ${LONGEST_WORD},\n    "vocab": {\n${vocabulary}\n    }\n  }`;
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "model": ${model}\n}\n`;
}

function isSpecial(piece: string): piece is SpecialToken {
  return (SPECIAL_TOKENS as readonly string[]).includes(piece);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
