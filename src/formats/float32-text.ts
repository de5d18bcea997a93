/** A finite float32 as text that reads back to the same bits: nine digits do, but for the sign of zero. */
export function float32Text(value: number): string {
  return Object.is(value, -0) ? '-0.0' : value.toPrecision(9);
}
