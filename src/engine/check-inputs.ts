import { MedgraftError } from '../base/errors.js';
import type { DataType, NamedData, Signature, TensorData, TensorSpec } from './engine.js';

const ARRAYS: Record<DataType, string> = { float32: 'Float32Array', int32: 'Int32Array', bool: 'Uint8Array' };

/**
 * Refuses data that do not fit a program's signature, naming the input.
 * @throws MedgraftError `engine.input`
 */
export function checkInputs(program: string, signature: Signature, data: NamedData): void {
  for (const [name, spec] of Object.entries(signature)) check(`${program}, input ${name}`, spec, data[name]);
}

/**
 * The same for arrays that outputs are to be written to.
 * @throws MedgraftError `engine.input`
 */
export function checkTargets(program: string, signature: Signature, into: NamedData): void {
  for (const [name, array] of Object.entries(into)) check(`${program}, output ${name}`, signature[name], array);
}

function check(place: string, spec: TensorSpec | undefined, values: TensorData | undefined): void {
  const size = spec?.shape.reduce((product, side) => product * side, 1);
  if (spec && values?.length === size && values?.constructor.name === ARRAYS[spec.dtype]) return;
  throw new MedgraftError('input', 'engine.input', 'an array does not fit the program', {
    place,
    expected: spec ? `${ARRAYS[spec.dtype]} of ${size} ([${spec.shape.join(', ')}])` : 'a name that the program has',
    got: values === undefined ? 'nothing' : `${values.constructor.name} of ${values.length}`,
  });
}
