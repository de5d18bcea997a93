import { ONNX_TYPES } from '../../../formats/onnx-model.js';
import type { Lowering } from './lower-program.js';

/** Reductions keep their axes as 1; a Reshape of the program drops them. */
function reduce(type: string): Lowering {
  return (onnx, { attributes }, [x]) =>
    onnx.node(type, [x.name, onnx.integers(attributes['axes'] as number[])], { attributes: { keepdims: 1 } });
}

export const REDUCTIONS: Readonly<Record<string, Lowering>> = {
  Sum: reduce('ReduceSum'),
  Mean: reduce('ReduceMean'),
  Max: reduce('ReduceMax'),
  Min: reduce('ReduceMin'),
  Softmax: (onnx, _value, [x]) => onnx.node('Softmax', [x.name], { attributes: { axis: -1 } }),
  LogSoftmax: (onnx, _value, [x]) => onnx.node('LogSoftmax', [x.name], { attributes: { axis: -1 } }),
  ArgMax: (onnx, { attributes }, [x]) => {
    const axis = attributes['axis'] as number;
    return onnx.cast(onnx.node('ArgMax', [x.name], { attributes: { axis, keepdims: 0 } }), ONNX_TYPES.int32);
  },
};
