/**
 * Kernels over rows, real and complex (WebAssembly, assembly/_embedding-complex.ts and _embedding-moduli.ts). A complex row
 * of width d is d / 2 real parts, then d / 2 imaginary parts. Every array is a view of one memory.
 */
export interface ComplexRowKernels {
  /** out = a * b over `length` numbers; out may be a or b. */
  multiply(a: Float32Array, b: Float32Array, out: Float32Array, length: number): void;
  /** out_i = scale (second half of row i, first half of row i); out must not be rows. */
  swapHalves(rows: Float32Array, count: number, width: number, scale: number, out: Float32Array): void;
  /** out_i = a_i b_i, or a_i conj(b_i) with `sign` -1; out may be a or b. */
  complexMultiply(
    a: Float32Array,
    b: Float32Array,
    sign: 1 | -1,
    out: Float32Array,
    count: number,
    width: number,
  ): void;
  /** out_i = (cos, sin) of phases [count, half], complex rows of width 2 half. Phases stay below 8,192 in size. */
  unitComplex(phases: Float32Array, count: number, half: number, out: Float32Array): void;
  /** out [count, half]: gradients of phases from those of their unit complex numbers. */
  phaseGradients(units: Float32Array, gradients: Float32Array, count: number, half: number, out: Float32Array): void;
  /** out[i] = a_i . b_i */
  pairProducts(a: Float32Array, b: Float32Array, count: number, width: number, out: Float32Array): void;
  /** out_i += scales[i] rows_i */
  addScaledRows(out: Float32Array, rows: Float32Array, scales: Float32Array, count: number, width: number): void;
  /** weight x sum |x|^power over rows, moduli where `isComplex`; the gradient is added to `gradients`. */
  penalty(
    rows: Float32Array,
    count: number,
    width: number,
    power: 2 | 3,
    isComplex: boolean,
    weight: number,
    gradients: Float32Array,
  ): number;
  /** out[i, j] = -sum_c |a[i, c] - b[j, c]| of complex rows. */
  modulusBlock(
    a: Float32Array,
    m: number,
    b: Float32Array,
    n: number,
    width: number,
    out: Float32Array,
    stride: number,
  ): void;
  /** Writes da[m, d] and db[n, d] from gradients[m, stride] of scores. */
  modulusBlockBackward(
    a: Float32Array,
    m: number,
    b: Float32Array,
    n: number,
    width: number,
    gradients: Float32Array,
    stride: number,
    da: Float32Array,
    db: Float32Array,
  ): void;
  /** out[i] = -sum_c |a[i, c] - b[i, c]| */
  modulusPairs(a: Float32Array, b: Float32Array, count: number, width: number, out: Float32Array): void;
  /** From gradients[i] of pair scores: da is added to, db is written. */
  modulusPairsBackward(
    a: Float32Array,
    b: Float32Array,
    count: number,
    width: number,
    gradients: Float32Array,
    da: Float32Array,
    db: Float32Array,
  ): void;
}

type Argument = Float32Array | number | boolean;
type Exports = Record<keyof ComplexRowKernels, (...numbers: number[]) => number>;

export function bindComplexRows(exports: Exports): ComplexRowKernels {
  const bound =
    (name: keyof ComplexRowKernels) =>
    (...given: Argument[]) =>
      exports[name](...given.map((one) => (typeof one === 'object' ? one.byteOffset : Number(one))));
  return {
    multiply: bound('multiply'),
    swapHalves: bound('swapHalves'),
    complexMultiply: bound('complexMultiply'),
    unitComplex: bound('unitComplex'),
    phaseGradients: bound('phaseGradients'),
    pairProducts: bound('pairProducts'),
    addScaledRows: bound('addScaledRows'),
    penalty: bound('penalty'),
    modulusBlock: bound('modulusBlock'),
    modulusBlockBackward: bound('modulusBlockBackward'),
    modulusPairs: bound('modulusPairs'),
    modulusPairsBackward: bound('modulusPairsBackward'),
  };
}
