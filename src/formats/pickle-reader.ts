/**
 * Reads a Python pickle of plain data (pickle-machine.ts): a name outside pickle-globals.ts, a persistent id, an extension or
 * a foreign buffer ends the reading with that name and its byte.
 */
import { readFile } from 'node:fs/promises';
import { readFailure } from './byte-source.js';
import type { PickleDialect } from './pickle-dialect.js';
import { PLAIN_DIALECT } from './pickle-globals.js';
import { PickleInput } from './pickle-input.js';
import { PickleMachine } from './pickle-machine.js';
import { checkShape } from './pickle-shape.js';
import { PICKLE_LIMITS, type PickleLimits, type PickleValue } from './pickle-value.js';

/**
 * @param place names the source in error messages
 * @throws MedgraftError `formats.pickle`, `formats.pickle-class`, `formats.pickle-limit`, each with the byte
 */
export function readPickle(bytes: Uint8Array, place: string, limits: PickleLimits = PICKLE_LIMITS): PickleValue {
  return readFirstPickle(bytes, place, limits, PLAIN_DIALECT).value;
}

/**
 * The first of several pickles that follow each other.
 * @returns the value, in which a dialect's own cells stand as leaves, and the first byte after it
 */
export function readFirstPickle(
  bytes: Uint8Array,
  place: string,
  limits: PickleLimits,
  dialect: PickleDialect,
): { value: PickleValue; end: number } {
  const input = new PickleInput(bytes, place);
  const machine = new PickleMachine(input, limits, dialect);
  const value = machine.run();
  return { value: checkShape(value, machine.stack.shared, limits, place, dialect), end: input.offset };
}

/** @throws MedgraftError as `readPickle`, and `formats.missing`, `formats.unreadable` */
export async function readPickleFile(path: string, limits: PickleLimits = PICKLE_LIMITS): Promise<PickleValue> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw readFailure(error, path);
  });
  return readPickle(bytes, path, limits);
}
