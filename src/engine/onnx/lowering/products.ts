import type { Lowering, Operand } from './lower-program.js';
import type { OnnxBuilder } from './onnx-builder.js';

/** Matrix products: Gemm where both are matrices, onnxruntime's FusedMatMul for transposed batches. */
export const PRODUCTS: Readonly<Record<string, Lowering>> = {
  BatchMatMul: (onnx, { attributes }, [a, b]) => {
    const transA = Number(attributes['transposeA']);
    const transB = Number(attributes['transposeB']);
    if (!transA && !transB) return onnx.node('MatMul', [a.name, b.name]);
    const matrices = a.value.shape.length === 2 && b.value.shape.length === 2;
    if (matrices && transA && !transB) return productOfColumns(onnx, a, b);
    const inputs = [a.name, b.name];
    if (matrices) return onnx.node('Gemm', inputs, { attributes: { transA, transB } });
    return onnx.node('FusedMatMul', inputs, { attributes: { transA, transB }, domain: 'com.microsoft' });
  },
};

/**
 * A^T B, the shape of every weight gradient: A [K, m], B [K, n]. The kernel is a quarter slower when it has to read A by
 * columns, so the smaller way is taken of transposing A, or B and the result. B, the layer's input, is often shared.
 */
function productOfColumns(onnx: OnnxBuilder, a: Operand, b: Operand): string {
  const [k, m] = a.value.shape;
  const [, n] = b.value.shape;
  if (k * m < k * n) return onnx.node('MatMul', [onnx.transpose(a.name), b.name]);
  return onnx.transpose(onnx.node('MatMul', [onnx.transpose(b.name), a.name]));
}
