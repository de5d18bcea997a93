import { MedgraftError } from '../../base/errors.js';

/** A record of a task's file that is not what its format says. */
export function badRecord(place: string, message: string, expected?: string, got?: unknown): MedgraftError {
  return new MedgraftError('input', 'task.record', message, {
    place,
    expected,
    got: got === undefined ? undefined : shortened(got),
    hint: 'docs/tasks.md shows the shape of each format; choose one with --format',
  });
}

export function emptyFile(place: string): MedgraftError {
  return new MedgraftError('input', 'task.empty', 'the file holds no example', {
    place,
    expected: 'at least one',
    hint: 'is it the right file, and the right --format?',
  });
}

/** A label that the training file does not have. */
export function unknownLabel(place: string, label: string, known: readonly string[]): MedgraftError {
  return new MedgraftError('input', 'task.label-unknown', 'the training file has no example of this label', {
    place,
    expected: known.slice(0, SHOWN_LABELS).join(', ') + (known.length > SHOWN_LABELS ? ', ...' : ''),
    got: JSON.stringify(label),
    hint: 'correct the label, or add examples of it to the training file',
  });
}

const SHOWN_LABELS = 20;
const SHOWN_CHARACTERS = 120;

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)} ...` : text;
}
