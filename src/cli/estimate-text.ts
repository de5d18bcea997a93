/** What a stage would take, for people: a line each for memory, disk and time with its largest parts below. */
import type { MeasuredEstimate } from '../runs/estimate-stage.js';
import type { EstimatePart } from '../runs/stage.js';
import { table } from './output.js';
import { clockTime } from './progress-estimate.js';

export function estimateText({ figures = {}, memory, disk, time, available }: MeasuredEstimate): string {
  const rows = [
    ...Object.entries(figures).map(([name, value]) => [name, value.toLocaleString('en-US'), '']),
    ...section('memory', memory, bytesText, available.memory),
    ...section('disk', disk, bytesText, available.disk),
    ...(time ? section('time', time, clockTime) : [['time', 'cannot be told', '']]),
  ];
  return table(rows);
}

/** `12.3 MiB`: three significant digits. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let amount = bytes;
  for (; amount >= 1000 && unit < units.length - 1; unit++) amount /= 1024;
  return `${Number(amount.toPrecision(3))} ${units[unit]}`;
}

export function sumOf(parts: readonly EstimatePart[]): number {
  return parts.reduce((sum, { amount }) => sum + amount, 0);
}

function section(
  name: string,
  parts: readonly EstimatePart[],
  textOf: (amount: number) => string,
  available = Number.POSITIVE_INFINITY,
): string[][] {
  const sum = sumOf(parts);
  const room = available === Number.POSITIVE_INFINITY ? '' : `of ${textOf(available)} free`;
  const verdict = sum > available ? `${room}: TOO MUCH` : room;
  const shown = parts.filter(({ amount }) => amount > 0);
  return [[name, textOf(sum), verdict], ...shown.map(({ what, amount }) => ['', textOf(amount), `  ${what}`])];
}
