/**
 * What every reader yields: entities before the triples that name them, each with its place, and the rows that cannot be
 * used with the reason. A bad row never ends a reading; a file that cannot be read as a whole does.
 */
import { MedgraftError } from '../../base/errors.js';
import type { EntityRecord, TripleRecord } from '../graph-store.js';

interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface RowError extends Place {
  /** `graph.row-...` */
  readonly code: string;
  readonly reason: string;
}

export type SourceRow =
  | ({ readonly kind: 'entity'; readonly entity: EntityRecord } & Place)
  | ({ readonly kind: 'triple'; readonly triple: TripleRecord } & Place)
  | ({ readonly kind: 'error' } & RowError);

export function rowError(place: Place, code: string, reason: string): SourceRow {
  return { kind: 'error', file: place.file, line: place.line, code, reason };
}

const WHITE_SPACE = /[\s\p{Cc}]+/gu;

/** Names end up in files with one name a line: any run of white space and control characters is one blank. */
export function cleanText(text: string): string {
  return text.replace(WHITE_SPACE, ' ').trim();
}

/** @throws MedgraftError `graph.empty-file` */
export function emptyFile(file: string): MedgraftError {
  return new MedgraftError('input', 'graph.empty-file', 'the file has no rows', {
    place: file,
    hint: 'check that the copy or download was complete',
  });
}
