/**
 * Time left in a phase, from the pace since the phase was first seen (a resumed one begins in the middle), and the
 * wording of counts and times.
 */
import type { StageEvent } from '../runs/stage.js';

export type ProgressEvent = Extract<StageEvent, { kind: 'progress' }>;

export class PhaseEstimate {
  private readonly firstDone: number;

  /** @param startedAt milliseconds of any clock, the one of `secondsLeft` */
  constructor(
    readonly first: ProgressEvent,
    private readonly startedAt: number,
  ) {
    this.firstDone = first.done;
  }

  /** undefined while nothing can be said. */
  secondsLeft(event: ProgressEvent, now: number): number | undefined {
    const done = event.done - this.firstDone;
    const elapsed = (now - this.startedAt) / 1000;
    if (event.total === undefined || done <= 0 || elapsed <= 0) return undefined;
    return Math.max(0, ((event.total - event.done) * elapsed) / done);
  }
}

/** `75` -> `1:15`, `3725` -> `1:02:05`. */
export function clockTime(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** `link 1,200/5,000 segments (24 %), 0:42 left`. */
export function progressText(event: ProgressEvent, secondsLeft: number | undefined): string {
  const count = (value: number) => Math.round(value).toLocaleString('en-US');
  if (event.total === undefined) return `${event.phase} ${count(event.done)} ${event.unit}`;
  const share = event.total > 0 ? Math.floor((100 * event.done) / event.total) : 100;
  const left = secondsLeft === undefined ? '' : `, ${clockTime(secondsLeft)} left`;
  return `${event.phase} ${count(event.done)}/${count(event.total)} ${event.unit} (${share} %)${left}`;
}

/** `loss 2.31, mlm 1.9`: four significant digits. */
export function metricText(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`)
    .join(', ');
}
