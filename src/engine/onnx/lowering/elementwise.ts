import { ONNX_TYPES } from '../../../formats/onnx-model.js';
import type { ConstantData } from '../program-graph.js';
import type { Lowering } from './lower-program.js';

/** Ops on single elements, and constants. ONNX broadcasts as tfjs does. */
const SAME_NAME: Record<string, string> = {
  Add: 'Add',
  Sub: 'Sub',
  Multiply: 'Mul',
  RealDiv: 'Div',
  Maximum: 'Max',
  Minimum: 'Min',
  Pow: 'Pow',
  Equal: 'Equal',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
  LogicalNot: 'Not',
  Neg: 'Neg',
  Exp: 'Exp',
  Log: 'Log',
  Sqrt: 'Sqrt',
  Abs: 'Abs',
  Tanh: 'Tanh',
  Erf: 'Erf',
  Relu: 'Relu',
  Sigmoid: 'Sigmoid',
  Softplus: 'Softplus',
  Sin: 'Sin',
  Cos: 'Cos',
  Floor: 'Floor',
  Ceil: 'Ceil',
  Sign: 'Sign',
  Reciprocal: 'Reciprocal',
  Select: 'Where',
};

export const ELEMENTWISE: Readonly<Record<string, Lowering>> = {
  ...Object.fromEntries(
    Object.entries(SAME_NAME).map(([op, type]): [string, Lowering] => [
      op,
      (onnx, _value, inputs) =>
        onnx.node(
          type,
          inputs.map(({ name }) => name),
        ),
    ]),
  ),
  NotEqual: (onnx, _value, [a, b]) => onnx.node('Not', [onnx.node('Equal', [a.name, b.name])]),
  Square: (onnx, _value, [x]) => onnx.node('Mul', [x.name, x.name]),
  Rsqrt: (onnx, _value, [x]) => onnx.node('Reciprocal', [onnx.node('Sqrt', [x.name])]),
  Cast: (onnx, { dtype }, [x]) => onnx.cast(x.name, ONNX_TYPES[dtype]),
  // A keep-mask of bytes times a factor, in one pass: three times as fast as a cast and a product.
  ScaledMask: (onnx, { attributes }, [x]) =>
    onnx.node('DequantizeLinear', [x.name, onnx.float(attributes['factor'] as number)]),
  // (erf x + 1) / 2 lies between 0 and 1, so HardSigmoid's clipping changes nothing: one pass for two.
  HalfErf: (onnx, _value, [x]) =>
    onnx.node('HardSigmoid', [onnx.node('Erf', [x.name])], {
      attributes: { alpha: { float: 0.5 }, beta: { float: 0.5 } },
    }),
  Constant: (onnx, { attributes, shape, dtype }) => onnx.constant(attributes['data'] as ConstantData, shape, dtype),
  Uniform: (onnx, { attributes, shape, dtype }) => onnx.uniform(attributes['value'] as number, shape, dtype),
};
