/**
 * What stands before the vectors in a fastText model file (`.bin`, version 12; Bojanowski et al. 2017, format:
 * facebookresearch/fastText, Args, Dictionary and Matrix `save`): little-endian, no padding.
 *
 *     int32   magic, version
 *     int32   dim ws epoch minCount neg wordNgrams loss model bucket minn maxn lrUpdateRate;  float64 t
 *     int32   size nwords nlabels;  int64 ntokens, pruneidx size (negative: not pruned)
 *     size x  word\0  int64 count  int8 type (0 word, 1 label)
 *     uint8   quantised?   int64 rows, columns;   float32 rows x columns    input: words, then buckets of n-grams
 *     uint8   quantised?   int64 rows, columns;   float32 ...               output
 */
import { MedgraftError } from '../base/errors.js';
import { FastTextInput } from './fasttext-input.js';
import type { RowFile } from './row-file.js';
import { WordTable } from './word-table.js';

export const FASTTEXT_MAGIC = 793712314;
const VERSION = 12;
/** After the numbers that are used: lrUpdateRate and t. */
const LEFT_OUT_BYTES = 12;
/** Of an entry of the dictionary: a zero, count and type. */
const SMALLEST_ENTRY = 10;
const WIDEST = 1 << 16;
const LONGEST_GRAM = 1 << 10;

export interface FastTextHeader {
  readonly width: number;
  /** Lengths of the n-grams in characters; none where `longestGram` is 0. */
  readonly shortestGram: number;
  readonly longestGram: number;
  readonly buckets: number;
  /** Without labels: their place is the row of the input matrix. */
  readonly words: WordTable;
  /** Where the input matrix begins in the file. */
  readonly rowsAt: number;
}

/** @throws MedgraftError `formats.fasttext-bin`, `formats.fasttext-version`, `formats.fasttext-quantised`, `formats.truncated` */
export function readFastTextHeader(file: RowFile): FastTextHeader {
  const input = new FastTextInput(file);
  const place = file.place;
  const magic = input.int32();
  if (magic !== FASTTEXT_MAGIC) throw notFastText(place, magic);
  const version = input.int32();
  if (version !== VERSION) throw otherVersion(place, version);
  const { width, buckets, shortestGram, longestGram } = readArguments(input, place);
  const words = readDictionary(input, place);
  if (input.byte() !== 0) throw quantised(place, 'its vectors are quantised');
  const rows = words.size + buckets;
  const [found, columns] = [input.int64(), input.int64()];
  if (found !== rows || columns !== width) {
    throw badModel(place, 'the input matrix does not fit the model', `${rows} x ${width}`, `${found} x ${columns}`);
  }
  const rowsAt = input.position;
  input.skip(rows * width * Float32Array.BYTES_PER_ELEMENT);
  checkOutput(input, place, width);
  return { width, shortestGram, longestGram, buckets, words, rowsAt };
}

function readArguments(input: FastTextInput, place: string) {
  const width = input.int32();
  for (const _ of ['ws', 'epoch', 'minCount', 'neg', 'wordNgrams', 'loss', 'model']) input.int32();
  const [buckets, shortestGram, longestGram] = [input.int32(), input.int32(), input.int32()];
  input.skip(LEFT_OUT_BYTES);
  const isFit =
    within(width, 1, WIDEST) &&
    within(longestGram, 0, LONGEST_GRAM) &&
    within(shortestGram, 0, LONGEST_GRAM) &&
    buckets >= (longestGram > 0 ? 1 : 0);
  if (isFit) return { width, buckets, shortestGram, longestGram };
  const got = `dim ${width}, bucket ${buckets}, minn ${shortestGram}, maxn ${longestGram}`;
  throw badModel(place, 'the sizes of the model make no sense', `dim 1 to ${WIDEST}, and buckets for n-grams`, got);
}

function readDictionary(input: FastTextInput, place: string): WordTable {
  const [size, wordCount, labelCount] = [input.int32(), input.int32(), input.int32()];
  input.int64();
  const pruned = input.int64();
  if (pruned >= 0) throw quantised(place, `its n-grams are pruned to ${pruned}`);
  if (wordCount < 0 || labelCount < 0 || wordCount + labelCount !== size || size * SMALLEST_ENTRY > input.left) {
    const got = `${size} entries: ${wordCount} words, ${labelCount} labels`;
    throw badModel(place, 'the dictionary does not fit the file', 'words and labels that make up the entries', got);
  }
  const words = new WordTable();
  for (let entry = 0; entry < size; entry++) {
    const position = input.position;
    const word = input.word();
    const isNew = entry >= wordCount || words.add(word);
    input.int64();
    const type = input.byte();
    // Words come before labels, else rows of the matrix would be those of others.
    if (isNew && type === (entry < wordCount ? 0 : 1)) continue;
    const got = isNew ? `type ${type}` : 'a word that is there already';
    const at = `${place}, byte ${position}`;
    throw badModel(at, `entry ${entry} of the dictionary is malformed`, 'each word once, then labels', got);
  }
  return words;
}

/** It is not used, but a file that was cut there is not the one that was meant. */
function checkOutput(input: FastTextInput, place: string, width: number): void {
  if (input.byte() !== 0) throw quantised(place, 'its output is quantised');
  const [rows, columns] = [input.int64(), input.int64()];
  if (columns !== width || rows < 0) {
    throw badModel(place, 'the output matrix does not fit the model', `a width of ${width}`, `${rows} x ${columns}`);
  }
  input.skip(rows * width * Float32Array.BYTES_PER_ELEMENT);
  if (input.left === 0) return;
  throw badModel(place, 'something follows the model', 'the end of the file', `${input.left} more bytes`);
}

function within(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function badModel(place: string, message: string, expected?: string, got?: string): MedgraftError {
  const hint = 'the file is damaged: copy or download it again';
  return new MedgraftError('input', 'formats.fasttext-bin', message, { place, expected, got, hint });
}

function notFastText(place: string, magic: number): MedgraftError {
  return new MedgraftError('input', 'formats.fasttext-bin', 'this is no fastText model', {
    place,
    expected: `a file that begins with the number ${FASTTEXT_MAGIC}`,
    got: `${magic}`,
    hint: 'a packed file (.gz, .zip) has to be unpacked; vectors as text have the ending .vec',
  });
}

function otherVersion(place: string, version: number): MedgraftError {
  return new MedgraftError('input', 'formats.fasttext-version', 'the model is of another version of the format', {
    place,
    expected: `version ${VERSION}`,
    got: `version ${version}`,
    hint: 'load and save it with a present fastText, or take its vectors as text (.vec)',
  });
}

function quantised(place: string, got: string): MedgraftError {
  return new MedgraftError('input', 'formats.fasttext-quantised', 'the model is a compressed one', {
    place,
    expected: 'a model with all its vectors (.bin)',
    got,
    hint: 'take the model that this one was made of: the .bin, not the .ftz',
  });
}
