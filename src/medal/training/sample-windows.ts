import { CounterRandom } from '../../base/random.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';
import type { EncodedWindow } from '../model/sense-batch.js';
import type { TextCues } from '../model/text-cues.js';
import type { WordEncoder } from '../model/word-encoder.js';
import { textWindows } from '../samples/text-windows.js';

/** What is read of a split; samples/sample-split.store.ts. */
export interface SampleTexts {
  readonly texts: number;
  readonly wordCounts: Int32Array;
  readonly sampleStarts: Int32Array;
  readonly locations: Int32Array;
  readonly classes: Int32Array;
  text(index: number): string;
}

export interface WindowOptions {
  readonly maximumWords: number;
  /** Leaves out places where only one sense stands to choose: there is nothing to learn. */
  readonly ambiguousOnly: boolean;
  /** Reads what the text says of candidates. */
  readonly cues?: TextCues;
}

/** A window and the samples of the split that its places are. */
export interface EncodedSamples extends EncodedWindow {
  readonly samples: Int32Array;
  /** Samples whose place the encoder cut off: they are none of the window's places. */
  readonly cut: readonly number[];
}

/** Words that are hidden from the model, so that it learns to do without each. */
export interface WordDropout {
  readonly rate: number;
  readonly seed: number;
  readonly draw: number;
}

/**
 * The windows of a split: numbers only, 16 bytes each; texts are read and cut when a window is asked for.
 */
export class SampleWindows {
  readonly count: number;
  /** Places that are judged, of all windows. */
  readonly places: number;
  private readonly texts: Int32Array;
  private readonly firsts: Int32Array;
  private readonly ends: Int32Array;
  /** [count + 1] places of window w are `starts[w]` to `starts[w + 1] - 1` of `samples`. */
  private readonly starts: Int32Array;
  private readonly samples: Int32Array;

  constructor(
    private readonly split: SampleTexts,
    private readonly inventory: SenseInventory,
    private readonly options: WindowOptions,
  ) {
    const [texts, firsts, ends, starts, samples]: number[][] = [[], [], [], [0], []];
    for (let text = 0; text < split.texts; text++) {
      const judged = this.judgedSamples(text, options.ambiguousOnly);
      const locations = judged.map((sample) => split.locations[sample]);
      for (const { first, end, fromPlace, toPlace } of textWindows(
        split.wordCounts[text],
        locations,
        options.maximumWords,
      )) {
        texts.push(text);
        firsts.push(first);
        ends.push(end);
        for (let place = fromPlace; place < toPlace; place++) samples.push(judged[place]);
        starts.push(samples.length);
      }
    }
    this.count = texts.length;
    this.places = samples.length;
    this.texts = Int32Array.from(texts);
    this.firsts = Int32Array.from(firsts);
    this.ends = Int32Array.from(ends);
    this.starts = Int32Array.from(starts);
    this.samples = Int32Array.from(samples);
  }

  words(window: number): number {
    return this.ends[window] - this.firsts[window];
  }

  /** Samples of the split that a window judges, in the order of its places. */
  samplesOf(window: number): Int32Array {
    return this.samples.subarray(this.starts[window], this.starts[window + 1]);
  }

  encode(window: number, encoder: WordEncoder, dropout?: WordDropout): EncodedSamples {
    return this.encodeSamples(window, this.samplesOf(window), encoder, dropout);
  }

  /** The same window with one of its samples only, which is not cut off. */
  encodeOne(window: number, sample: number, encoder: WordEncoder): EncodedSamples {
    return this.encodeSamples(window, Int32Array.of(sample), encoder);
  }

  private encodeSamples(
    window: number,
    samples: Int32Array,
    encoder: WordEncoder,
    dropout?: WordDropout,
  ): EncodedSamples {
    const { split } = this;
    const first = this.firsts[window];
    const words = split.text(this.texts[window]).split(' ').slice(first, this.ends[window]);
    const locations = Array.from(samples, (sample) => split.locations[sample] - first);
    const { cues } = this.options;
    if (dropout && dropout.rate > 0) hideWords(words, locations, dropout, window);
    const { tokens, firsts } = encoder.encode(words, locations[locations.length >> 1]);
    const kept = Array.from(samples.keys()).filter((i) => firsts[locations[i]] >= 0);
    const candidates = kept.map((i) => candidatesOf(split.classes[samples[i]], this.inventory));
    return {
      ...(cues && { cues: candidates.map((senses) => cues.read(words, senses)) }),
      tokens,
      samples: Int32Array.from(kept, (i) => samples[i]),
      cut: Array.from(samples).filter((_, i) => firsts[locations[i]] < 0),
      places: Int32Array.from(kept, (i) => firsts[locations[i]]),
      senses: Int32Array.from(kept, (i) => split.classes[samples[i]]),
      candidates,
    };
  }

  /** The samples of a text, the first of those at one place. */
  private judgedSamples(text: number, ambiguousOnly: boolean): number[] {
    const { sampleStarts, locations, classes } = this.split;
    const judged: number[] = [];
    for (let sample = sampleStarts[text]; sample < sampleStarts[text + 1]; sample++) {
      const repeated = judged.length > 0 && locations[judged[judged.length - 1]] === locations[sample];
      if (repeated) continue;
      if (ambiguousOnly && candidatesOf(classes[sample], this.inventory).length < 2) continue;
      judged.push(sample);
    }
    return judged;
  }
}

/** The senses of the abbreviation that a sense belongs to; the sense itself is always one of them. */
export function candidatesOf(sense: number, inventory: SenseInventory): readonly number[] {
  const known = inventory.candidates(inventory.senses[sense].abbreviation);
  return known.includes(sense) ? known : [...known, sense];
}

function hideWords(
  words: string[],
  spared: readonly number[],
  { rate, seed, draw }: WordDropout,
  window: number,
): void {
  const random = new CounterRandom(seed, 'medal.words', window);
  for (let word = 0; word < words.length; word++) {
    if (random.uniform(draw, word) < rate && !spared.includes(word)) words[word] = HIDDEN;
  }
}

/** No word of any vocabulary, so an unknown one. */
const HIDDEN = '\uffff';
