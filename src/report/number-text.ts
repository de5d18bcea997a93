/** How numbers are written for people: grouped counts, four significant digits, percentages, times. */

/** `23815` -> `23,815`; others with `digits` significant digits; `-` where there is no number. */
export function numberText(value: number | undefined, digits = 4): string {
  if (value === undefined || Number.isNaN(value)) return '-';
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  const magnitude = Math.abs(value);
  if (magnitude < 1e-3 || magnitude >= 1e7) return value.toExponential(Math.max(0, digits - 2));
  return Number(value.toPrecision(digits)).toLocaleString('en-US', { maximumSignificantDigits: digits });
}

/** `0.1234` -> `12.3 %`. */
export function percentText(share: number | undefined): string {
  return share === undefined || Number.isNaN(share) ? '-' : `${(share * 100).toFixed(1)} %`;
}

/** `75.2` seconds -> `1 min 15 s`. */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A figure of any kind, as manifests keep them. */
export function figureText(value: number | string | boolean): string {
  return typeof value === 'number' ? numberText(value) : String(value);
}
