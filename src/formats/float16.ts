/**
 * Half-precision numbers widened to float32: IEEE 754 binary16, and bfloat16 (the upper half of a float32).
 */
const FRACTION_BITS = 10;
const FRACTION_MASK = 0x3ff;
const SMALLEST_SUBNORMAL = 2 ** -24;

/** @param source binary16 bit patterns; @param target as long */
export function widenFloat16(source: Uint16Array, target: Float32Array): void {
  for (let i = 0; i < source.length; i++) target[i] = fromFloat16(source[i]);
}

/** @param source bfloat16 bit patterns; @param target as long */
export function widenBfloat16(source: Uint16Array, target: Float32Array): void {
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length);
  for (let i = 0; i < source.length; i++) bits[i] = source[i] << 16;
}

function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> FRACTION_BITS) & 0x1f;
  const fraction = bits & FRACTION_MASK;
  if (exponent === 0) return sign * fraction * SMALLEST_SUBNORMAL;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
