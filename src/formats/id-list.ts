/**
 * OpenKE's `entity2id.txt` and `relation2id.txt`: a line with the count, then `name TAB id` a line, ids 0..count-1 in any
 * order (format: OpenKE, "Data Format"). Also the checks that every list of names with dense ids shares.
 */
import { MedgraftError } from '../base/errors.js';
import type { ByteSink } from './byte-sink.js';
import { readLines } from './text-lines.js';

/** Gathers names by id and refuses what would shift or lose one. */
export class DenseNames {
  private readonly names = new Map<number, string>();
  private readonly lineOfName = new Map<string, number>();

  /** @param path of the list, for messages */
  constructor(private readonly path: string) {}

  /** @param id as written @throws MedgraftError `formats.id-list` for an id or a name that is wrong or there twice */
  add(id: string, name: string, line: number): void {
    if (!/^\d{1,15}$/.test(id)) throw idListError(`${this.path}:${line}`, 'the id is not a number', undefined, id);
    const number = Number(id);
    if (this.names.has(number)) throw idListError(`${this.path}:${line}`, `the id ${number} is there twice`);
    const earlier = this.lineOfName.get(name);
    if (earlier !== undefined) {
      throw idListError(`${this.path}:${line}`, `the name ${JSON.stringify(name)} is on line ${earlier} already`);
    }
    this.names.set(number, name);
    this.lineOfName.set(name, line);
  }

  get size(): number {
    return this.names.size;
  }

  get hasZero(): boolean {
    return this.names.has(0);
  }

  /** The names in the order of their ids. @throws MedgraftError `formats.id-list` when an id is missing */
  list(first: 0 | 1 = 0): string[] {
    const last = this.names.size - 1 + first;
    return Array.from({ length: this.names.size }, (_, at) => {
      const name = this.names.get(at + first);
      if (name !== undefined) return name;
      throw idListError(this.path, `the id ${at + first} is missing`, `every id from ${first} to ${last}`);
    });
  }
}

/** The names in the order of their ids. @throws MedgraftError `formats.id-list`, and as `readLines` */
export async function readIdList(path: string): Promise<string[]> {
  return (await readCountedNames(path)).list();
}

/** The same where ids may begin at 1, as where row 0 of the vectors is padding. */
export async function readPaddedIdList(path: string): Promise<{ names: string[]; first: 0 | 1 }> {
  const names = await readCountedNames(path);
  const first = names.hasZero || names.size === 0 ? 0 : 1;
  return { names: names.list(first), first };
}

async function readCountedNames(path: string): Promise<DenseNames> {
  const names = new DenseNames(path);
  let count: number | undefined;
  for await (const { line, text } of readLines(path)) {
    if (text.trim() === '') continue;
    if (count === undefined) count = parseCount(text, `${path}:${line}`);
    else {
      // Names hold blanks, ids do not: the last separator counts.
      const separator = text.includes('\t') ? text.lastIndexOf('\t') : text.lastIndexOf(' ');
      if (separator < 1)
        throw idListError(`${path}:${line}`, 'the line is malformed', 'name TAB id', text.slice(0, 80));
      names.add(text.slice(separator + 1).trim(), text.slice(0, separator), line);
    }
  }
  if (count === names.size) return names;
  throw idListError(path, 'the first line does not count the lines', `${count ?? 'a count'}`, `${names.size} names`);
}

/**
 * DGL-KE's `entities.dict`, `entities.tsv`: `id TAB name` a line, without a count.
 * @throws MedgraftError `formats.id-list`, and as `readLines`
 */
export async function readNameList(path: string): Promise<string[]> {
  const names = new DenseNames(path);
  for await (const { line, text } of readLines(path)) {
    if (text.trim() === '') continue;
    const separator = text.indexOf('\t');
    if (separator < 1) throw idListError(`${path}:${line}`, 'the line is malformed', 'id TAB name', text.slice(0, 80));
    names.add(text.slice(0, separator).trim(), text.slice(separator + 1), line);
  }
  return names.list();
}

/** @param first id of the first name @throws RangeError for a name that a line cannot hold */
export async function writeIdList(sink: ByteSink, names: readonly string[], first: 0 | 1 = 0): Promise<void> {
  const encoder = new TextEncoder();
  await sink.write(encoder.encode(`${names.length}\n`));
  for (const [id, name] of names.entries()) await sink.write(encoder.encode(`${lineName(name)}\t${id + first}\n`));
}

/** Checks that a name fits a line of a tab-separated list. */
export function lineName(name: string): string {
  if (name === '' || /[\t\r\n]/.test(name))
    throw new RangeError(`the name ${JSON.stringify(name)} does not fit a line`);
  return name;
}

export function idListError(place: string, message: string, expected?: string, got?: string): MedgraftError {
  return new MedgraftError('input', 'formats.id-list', message, { place, expected, got });
}

function parseCount(text: string, place: string): number {
  if (/^\d{1,15}$/.test(text.trim())) return Number(text);
  throw idListError(place, 'the first line is not a count', 'the number of names', text.slice(0, 80));
}
