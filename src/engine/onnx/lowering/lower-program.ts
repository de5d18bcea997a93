import { encodeOnnxModel, ONNX_TYPES, type OnnxTensor, type OnnxType } from '../../../formats/onnx-model.js';
import type { DataType, Signature } from '../../engine.js';
import type { CapturedProgram } from '../capture-backend.js';
import type { Value } from '../program-graph.js';
import { ELEMENTWISE } from './elementwise.js';
import { INDEXING } from './indexing.js';
import { MOVEMENT } from './movement.js';
import { OnnxBuilder } from './onnx-builder.js';
import { PRODUCTS } from './products.js';
import { REDUCTIONS } from './reductions.js';

/**
 * A captured program as an ONNX model. Parameters are inputs of the model, so it stays small and the same session
 * serves every step. One table says what each op becomes.
 */
export interface Operand {
  readonly value: Value;
  readonly name: string;
}
export type Lowering = (onnx: OnnxBuilder, value: Value, inputs: readonly Operand[]) => string;

export interface LoweredProgram {
  readonly model: Uint8Array;
  /** Inputs that the outputs depend on. */
  readonly used: readonly string[];
  readonly outputs: Signature;
}

const LOWERINGS: Readonly<Record<string, Lowering>> = {
  ...ELEMENTWISE,
  ...PRODUCTS,
  ...REDUCTIONS,
  ...MOVEMENT,
  ...INDEXING,
};

/** ai.onnx 18 brings reductions with axes as input; the second set holds onnxruntime's own ops. */
const OPERATOR_SETS = { '': 18, 'com.microsoft': 1 };

export function lowerProgram(name: string, { graph, outputs }: CapturedProgram): LoweredProgram {
  const onnx = new OnnxBuilder();
  const names = new Map<number, string>();
  const inputs: OnnxTensor[] = [];
  for (const value of graph.reachable(Object.values(outputs))) {
    if (value.op === 'Input') inputs.push(inputTensor(value));
    names.set(value.id, lower(onnx, value, names));
  }
  for (const [output, value] of Object.entries(outputs)) onnx.output(output, names.get(value.id)!);
  const signature = Object.fromEntries(
    Object.entries(outputs).map(([output, { shape, dtype }]) => [output, { shape, dtype }]),
  );
  const model = encodeOnnxModel({
    name,
    inputs,
    outputs: Object.entries(signature).map(([output, { shape, dtype }]) => ({ name: output, type: dtype, shape })),
    initializers: onnx.initializers,
    nodes: onnx.finish(),
    operatorSets: OPERATOR_SETS,
  });
  return { model, used: inputs.map((input) => input.name), outputs: signature };
}

function lower(onnx: OnnxBuilder, value: Value, names: ReadonlyMap<number, string>): string {
  if (value.op === 'Input') return value.attributes['name'] as string;
  const lowering = LOWERINGS[value.op];
  if (!lowering) throw new RangeError(`the op ${value.op} has no ONNX lowering`);
  return lowering(
    onnx,
    value,
    value.inputs.map((input) => operand(onnx, input, value.op, names.get(input.id)!)),
  );
}

/** Truth values enter as bytes, which casts and masks read directly; other ops want them as bool. */
function operand(onnx: OnnxBuilder, value: Value, reader: string, name: string): Operand {
  const isByte = value.op === 'Input' && value.dtype === 'bool';
  if (!isByte || reader === 'Cast' || reader === 'ScaledMask') return { value, name };
  return { value, name: onnx.cast(name, ONNX_TYPES.bool) };
}

function inputTensor({ attributes, shape, dtype }: Value): OnnxTensor {
  return { name: attributes['name'] as string, type: inputType(dtype), shape };
}

export function inputType(dtype: DataType): OnnxType {
  return dtype === 'bool' ? 'uint8' : dtype;
}
