/**
 * The files of a stage's result, by name. A demo that was cut short or made with parts switched off still has a report:
 * what is not there is shown as empty, what is there and torn is an error.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { systemCode } from '../../runs/durable-file-system.js';

/** @returns the parsed file, or `missing` where there is none */
export async function readJson<T>(folder: string | undefined, name: string, missing: T): Promise<T> {
  const text = await readText(folder, name);
  return text === undefined ? missing : (parse(text, join(folder ?? '', name)) as T);
}

/** The lines of a JSON Lines file; none where there is no file. */
export async function readLines<T>(folder: string | undefined, name: string): Promise<T[]> {
  const text = (await readText(folder, name)) ?? '';
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line, i) => parse(line, `${join(folder ?? '', name)}:${i + 1}`) as T);
}

async function readText(folder: string | undefined, name: string): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MedgraftError('conflict', 'demo.result', 'this file of an earlier result is damaged', {
      place,
      hint: 'delete the folder it lies in and run the demo again',
      cause,
    });
  }
}
