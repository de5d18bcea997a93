/** `diag_to_idx`: a dictionary of codes and their numbers, as Python pickled it (`.pkl`) or as JSON. */
import { readFile } from 'node:fs/promises';
import { MedgraftError } from '../../base/errors.js';
import { readFailure } from '../../formats/byte-source.js';
import { readPickleFile } from '../../formats/pickle-reader.js';
import { DiagnosisIndex, shortCode } from './diagnosis-index.js';

/** @throws MedgraftError `medal.diagnosis-index`, and as `readPickleFile` */
export async function readDiagnosisIndex(path: string): Promise<DiagnosisIndex> {
  const entries = /\.json$/i.test(path) ? await readJsonEntries(path) : await readPickleEntries(path);
  const codes: string[] = [];
  for (const [code, number] of entries) {
    if (typeof code !== 'string' || shortCode(code) !== code || code === '') {
      throw badIndex(path, 'a code cut to three characters, with V or E to four', JSON.stringify(code));
    }
    const isPlace = typeof number === 'number' && Number.isInteger(number) && number >= 0 && number < entries.length;
    if (!isPlace || codes[number] !== undefined) {
      throw badIndex(path, `each number from 0 to ${entries.length - 1} once`, `${code}: ${String(number)}`);
    }
    codes[number] = code;
  }
  if (codes.length > 0) return new DiagnosisIndex(codes);
  throw badIndex(path, 'codes and their numbers', 'none');
}

async function readPickleEntries(path: string): Promise<[unknown, unknown][]> {
  const value = await readPickleFile(path);
  if (value instanceof Map) return [...value];
  throw badIndex(path, 'a dictionary of codes and numbers', 'something else');
}

async function readJsonEntries(path: string): Promise<[unknown, unknown][]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw readFailure(error, path);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badIndex(path, 'JSON', error instanceof Error ? error.message : '');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw badIndex(path, 'an object of codes and numbers', 'something else');
}

function badIndex(place: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('input', 'medal.diagnosis-index', 'this is no index of diagnoses', { place, expected, got });
}
