/**
 * What a pickle reading refuses, each with the byte where it stopped: a damaged file (`formats.pickle`), anything but
 * plain data (`formats.pickle-class`), and data that would cost too much (`formats.pickle-limit`).
 */
import { MedgraftError } from '../base/errors.js';
import type { PickleDialect } from './pickle-dialect.js';

/** @param offset of the byte that shows the problem */
export function damagedPickle(place: string, offset: number, got: string): MedgraftError {
  return new MedgraftError('input', 'formats.pickle', 'this is not a whole pickle', {
    place: `${place}, byte ${offset}`,
    got,
    hint: 'copy the file again, or write it again with pickle.dump',
  });
}

/** @param name what the pickle asks for, as `module.name` */
export function refusedClass(
  place: string,
  offset: number,
  name: string,
  { expected, hint }: Pick<PickleDialect, 'expected' | 'hint'>,
): MedgraftError {
  return new MedgraftError('input', 'formats.pickle-class', `the pickle asks for ${printable(name)}`, {
    place: `${place}, byte ${offset}`,
    expected,
    got: printable(name),
    hint,
  });
}

export function pickleLimit(place: string, offset: number, got: string, expected: string): MedgraftError {
  return new MedgraftError('input', 'formats.pickle-limit', 'the pickle is larger than is allowed here', {
    place: `${place}, byte ${offset}`,
    expected,
    got,
  });
}

/** Names come from the file: control characters must not reach a terminal. */
function printable(name: string): string {
  const text = name.replace(/[\p{Cc}\p{Cf}]/gu, '?');
  return text.length > 120 ? `${text.slice(0, 120)}...` : text;
}
