import type { Lowering } from './lower-program.js';

/** Matrix products: Gemm where both are matrices, onnxruntime's FusedMatMul for transposed batches. */
export const PRODUCTS: Readonly<Record<string, Lowering>> = {
  BatchMatMul: (onnx, { attributes }, [a, b]) => {
    const inputs = [a.name, b.name];
    const transA = Number(attributes['transposeA']);
    const transB = Number(attributes['transposeB']);
    if (!transA && !transB) return onnx.node('MatMul', inputs);
    if (a.value.shape.length === 2 && b.value.shape.length === 2) {
      return onnx.node('Gemm', inputs, { attributes: { transA, transB } });
    }
    return onnx.node('FusedMatMul', inputs, { attributes: { transA, transB }, domain: 'com.microsoft' });
  },
};
