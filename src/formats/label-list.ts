/**
 * PyKEEN's `entity_to_id.tsv.gz` and `relation_to_id.tsv.gz` (TriplesFactory.to_path_binary, written by pandas): a header
 * `id TAB label`, ids 0..count-1, quotes as in RFC 4180.
 */
import { readDelimited } from './delimited.js';
import { DenseNames, idListError } from './id-list.js';

const HEADER = ['id', 'label'];

/** The labels in the order of their ids. @throws MedgraftError `formats.id-list`, and as `readDelimited` */
export async function readLabelList(path: string): Promise<string[]> {
  const names = new DenseNames(path);
  let columns: { id: number; label: number } | undefined;
  for await (const { line, fields, problem } of readDelimited(path, { delimiter: '\t', quotes: true })) {
    const place = `${path}:${line}`;
    if (problem !== undefined) throw idListError(place, problem);
    if (columns === undefined) {
      columns = { id: fields.indexOf(HEADER[0]), label: fields.indexOf(HEADER[1]) };
      if (columns.id >= 0 && columns.label >= 0) continue;
      throw idListError(place, 'the header is missing', 'id TAB label', fields.join('\t').slice(0, 80));
    }
    const [id, label] = [fields[columns.id], fields[columns.label]];
    if (id === undefined || label === undefined) {
      throw idListError(place, 'the line is malformed', 'id TAB label', fields.join('\t').slice(0, 80));
    }
    names.add(id, label, line);
  }
  if (columns === undefined) throw idListError(path, 'the header is missing', 'id TAB label', 'an empty file');
  return names.list();
}

/** The lines of a list, with its header. */
export function* labelLines(labels: Iterable<string>): Generator<string> {
  yield `${HEADER.join('\t')}\n`;
  let id = 0;
  for (const label of labels) yield `${labelLine(id++, label)}\n`;
}

/** A line without its end. */
export function labelLine(id: number, label: string): string {
  return `${id}\t${quoted(label)}`;
}

function quoted(label: string): string {
  return /["\t\r\n]/.test(label) ? `"${label.replaceAll('"', '""')}"` : label;
}
