import { MedgraftError } from '../base/errors.js';
import type { DataType, NamedData, Signature } from './engine.js';

const ARRAYS: Record<DataType, string> = { float32: 'Float32Array', int32: 'Int32Array', bool: 'Uint8Array' };

/**
 * Refuses data that do not fit a program's signature, naming the input.
 * @throws MedgraftError `engine.input`
 */
export function checkInputs(program: string, signature: Signature, data: NamedData): void {
  for (const [name, { shape, dtype }] of Object.entries(signature)) {
    const expected = shape.reduce((product, side) => product * side, 1);
    const values = data[name];
    const got = values === undefined ? 'nothing' : `${values.constructor.name} of ${values.length}`;
    if (values?.length === expected && values.constructor.name === ARRAYS[dtype]) continue;
    throw new MedgraftError('input', 'engine.input', 'an input does not fit the program', {
      place: `${program}, input ${name}`,
      expected: `${ARRAYS[dtype]} of ${expected} ([${shape.join(', ')}])`,
      got,
    });
  }
}
