/** How long a training's steps take, from a few of them on batches of real lengths: what estimates are made of. */
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../base/errors.js';
import type { Bucket } from './length-buckets.js';
import { ADAMW_DEFAULTS, AdamW, gradientNorm } from './optimizers/adamw.js';
import type { ParameterStore } from './parameter-store.js';

const PROBE_MILLISECONDS = 2000;
/** Passes of a bucket after the one that compiles it. */
const FEWEST_PASSES = 2;

/** The longest takes the most memory; with the shortest and the fullest, times of the others lie between. Shortest first. */
export function probedBuckets(buckets: readonly Bucket[]): Bucket[] {
  const fullest = buckets.reduce((most, bucket) => (bucket.segments.length > most.segments.length ? bucket : most));
  return [...new Set([buckets[0], fullest, buckets[buckets.length - 1]])].sort((a, b) => a.tokens - b.tokens);
}

/** So many segments of a bucket, again from its front where it has fewer. */
export function segmentsOf({ segments }: Bucket, samples: number): number[] {
  return Array.from({ length: samples }, (_, i) => segments[i % segments.length]);
}

/** Seconds of a pass, over passes until the pace is known. @throws MedgraftError `run.cancelled` */
export async function paceOf(pass: () => Promise<unknown>, signal: AbortSignal): Promise<number> {
  const start = performance.now();
  for (let passes = 1; ; passes++) {
    await pass();
    const milliseconds = performance.now() - start;
    if (passes >= FEWEST_PASSES && milliseconds >= PROBE_MILLISECONDS) return milliseconds / 1000 / passes;
    throwIfCancelled(signal);
    await setImmediate();
  }
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Of an update by AdamW: the second, as the first compiles. */
export function updateSecondsOf(store: ParameterStore): number {
  const optimizer = new AdamW(ADAMW_DEFAULTS);
  let seconds = 0;
  for (const step of [1, 2]) {
    const start = performance.now();
    gradientNorm(store);
    optimizer.step(store, step, 0, 1);
    seconds = (performance.now() - start) / 1000;
  }
  return seconds;
}

/** Between two probed lengths along the line through them; beyond them as the nearest. */
export function atLength<P extends { readonly tokens: number }>(
  probed: readonly P[],
  tokens: number,
  of: (probe: P) => number,
): number {
  const next = probed.find((probe) => probe.tokens >= tokens) ?? probed[probed.length - 1];
  const last = probed[Math.max(0, probed.indexOf(next) - 1)];
  if (next === last) return of(next);
  return of(last) + ((of(next) - of(last)) * (tokens - last.tokens)) / (next.tokens - last.tokens);
}

/** Over the batches that visit every segment once. */
export function overBatches(buckets: readonly Bucket[], samples: number, of: (tokens: number) => number): number {
  return buckets.reduce((sum, { tokens, segments }) => sum + Math.ceil(segments.length / samples) * of(tokens), 0);
}

/** Bytes that the process took since `before`, none below zero. */
export function newBytesSince(before: number): number {
  return Math.max(0, process.memoryUsage().rss - before);
}

/** Values, gradients and moments, written to once, so that what is measured afterwards is not theirs. */
export function touchedBytes({ values, gradients, firstMoments, secondMoments }: ParameterStore): number {
  for (const block of [gradients, firstMoments, secondMoments]) block.fill(0);
  return [values, gradients, firstMoments, secondMoments].reduce((sum, block) => sum + block.byteLength, 0);
}

/** Three significant digits. */
export function roundFigure(value: number): number {
  return Number(value.toPrecision(3));
}
