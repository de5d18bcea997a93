/** Cursors say where the next page begins and of what version; they are opaque to callers. */
import { MedgraftError } from '../base/errors.js';

export function encodeCursor(offset: number, version: string): string {
  return Buffer.from(`${offset}.${version}`).toString('base64url');
}

/** @throws MedgraftError `query.cursor` when it is not ours or of another version of the data */
export function decodeCursor(cursor: string, version: string): number {
  const [, offset, of] = /^(\d{1,9})\.(.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (of === version) return Number(offset);
  throw new MedgraftError('input', 'query.cursor', 'this cursor does not fit', {
    place: 'cursor',
    expected: 'the `next` of the page before',
    hint: of === undefined ? undefined : 'the graph has changed since: begin at the first page',
  });
}
