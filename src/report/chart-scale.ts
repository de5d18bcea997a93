/** Axes of charts: round tick values (Heckbert 1990, "Nice numbers for graph labels") and the map from data to pixels. */

/** Data that differ by less than this share of their size are drawn as flat. */
const FLAT = 1e-6;
/** Data as small as this are zero. */
const TINY = 1e-100;

/** About `wanted` ticks at 1, 2 or 5 times a power of ten that enclose [low, high]. */
export function niceTicks(low: number, high: number, wanted: number): number[] {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const span = high - low > Math.max(FLAT * size, TINY) ? high - low : size > TINY ? size : 1;
  const raw = span / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw * (1 - 1e-9))!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Maps [from0, from1] to [to0, to1], to a tenth of a pixel. */
export function linearScale(from0: number, from1: number, to0: number, to1: number): (value: number) => number {
  const slope = (to1 - to0) / (from1 - from0 || 1);
  return (value) => Math.round((to0 + (value - from0) * slope) * 10) / 10;
}
