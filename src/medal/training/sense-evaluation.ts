import { throwIfCancelled } from '../../base/errors.js';
import { bucketSegments } from '../../nn/length-buckets.js';
import type { SenseAsker } from '../model/sense-asker.js';
import type { WordEncoder } from '../model/word-encoder.js';
import type { EncodedSamples, SampleWindows } from './sample-windows.js';
import { type JudgedSense, judge } from './sense-tally.js';

/** The model's answers on the windows of a split. */
export interface EvaluationOptions {
  readonly batchSize: number;
  readonly bucketWords: number;
  readonly maximumWords: number;
  /** Places at most, spread over the split; 0: all. */
  readonly places: number;
}

/** An answer, and which sample of the split it belongs to. */
export type JudgedSample = JudgedSense & { readonly sample: number };

export async function judgeWindows(
  windows: SampleWindows,
  encoder: WordEncoder,
  asker: SenseAsker,
  options: EvaluationOptions,
  signal?: AbortSignal,
): Promise<JudgedSample[]> {
  const judged: JudgedSample[] = [];
  for (const { segments } of bucketSegments(spread(windows, options.places), (window) => windows.words(window), {
    width: options.bucketWords,
    maximumTokens: options.maximumWords,
    samples: options.batchSize,
    added: 0,
  })) {
    for (let first = 0; first < segments.length; first += options.batchSize) {
      if (signal) throwIfCancelled(signal);
      await judgeBatch(windows, segments.subarray(first, first + options.batchSize), encoder, asker, judged);
    }
  }
  return judged.sort((a, b) => a.sample - b.sample);
}

async function judgeBatch(
  windows: SampleWindows,
  batch: Int32Array,
  encoder: WordEncoder,
  asker: SenseAsker,
  into: JudgedSample[],
): Promise<void> {
  encoder.begin?.();
  const encoded = Array.from(batch, (window) => windows.encode(window, encoder));
  await judgeEncoded(encoded, asker, into);
  // Too many pieces for one look: what was cut off is looked at alone.
  const cut = encoded.flatMap((window, i) => window.cut.map((sample) => windows.encodeOne(batch[i], sample, encoder)));
  for (let first = 0; first < cut.length; first += batch.length) {
    await judgeEncoded(cut.slice(first, first + batch.length), asker, into);
  }
}

async function judgeEncoded(
  encoded: readonly EncodedSamples[],
  asker: SenseAsker,
  into: JudgedSample[],
): Promise<void> {
  const answers = await asker.ask(encoded);
  encoded.forEach(({ samples, senses, candidates, cues }, i) => {
    const width = senses.length === 0 ? 0 : answers[i].logits.length / senses.length;
    senses.forEach((sense, place) => {
      const logits = answers[i].logits.subarray(place * width, (place + 1) * width);
      const said = cues && asker.weigh(cues[place]);
      into.push({ sample: samples[place], ...judge({ sense, candidates: candidates[place], logits, said }) });
    });
  });
}

/** Every n-th window, so that about as many places are judged as are asked for. */
function spread(windows: SampleWindows, places: number): Int32Array {
  const step = places === 0 ? 1 : Math.max(1, windows.places / places);
  return Int32Array.from({ length: Math.floor((windows.count - 1) / step) + 1 }, (_, i) => Math.floor(i * step));
}
