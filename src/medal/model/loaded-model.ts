import type { Engine } from '../../engine/engine.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';
import { SenseAsker } from './sense-asker.js';
import type { EncodedWindow } from './sense-batch.js';
import { type SenseConfig, stateWidth } from './sense-config.js';
import { TextCues } from './text-cues.js';
import { VectorWords } from './vector-words.js';
import type { EncodedWords, WordEncoder } from './word-encoder.js';

/** A place in a text: its words as the model saw them in training, and which of them is asked for. */
export interface AskedPlace {
  readonly words: readonly string[];
  readonly location: number;
}

/** What a model says of a place. */
export interface PlaceAnswer {
  /** [D] before the classifier. */
  readonly state: Float32Array;
  /** [C] */
  readonly logits: Float32Array;
}

export interface LoadedParts {
  readonly config: SenseConfig;
  readonly store: ParameterStore;
  readonly encoder: WordEncoder;
  readonly inventory: SenseInventory;
  readonly maximumWords: number;
  readonly bucketWords: number;
  readonly temperature: number;
}

/** Windows a batch. */
const BATCH = 16;

/** A trained model that can be asked about places in texts; the counterpart of what torch.hub gives. */
export class LoadedModel {
  private readonly asker: SenseAsker;
  private readonly cues: TextCues | undefined;

  constructor(
    readonly parts: LoadedParts,
    engine: Engine,
    private readonly release: () => Promise<void> = async () => {},
  ) {
    const { store, config, encoder, bucketWords, inventory } = parts;
    this.cues = config.cues ? new TextCues(inventory) : undefined;
    const { padding, maximumTokens } = encoder;
    const sizes = { samples: BATCH, width: bucketWords, maximumTokens, padding };
    this.asker = new SenseAsker(store, config, engine, sizes, encoder instanceof VectorWords ? encoder : undefined);
  }

  /** @returns answers in the order of the places; places that share their words are computed together */
  async ask(places: readonly AskedPlace[]): Promise<PlaceAnswer[]> {
    this.parts.encoder.begin?.();
    const answers = new Array<PlaceAnswer>(places.length);
    const { config } = this.parts;
    const [width, classes] = [stateWidth(config), config.classes];
    for (const windows of batches(this.windowsOf(places))) {
      const rows = await this.asker.ask(windows.map(encodedWindow));
      windows.forEach(({ numbers }, i) => {
        const { states, logits } = rows[i];
        numbers.forEach((number, q) => {
          answers[number] = {
            state: states.slice(q * width, (q + 1) * width),
            logits: logits.slice(q * classes, (q + 1) * classes),
          };
        });
      });
    }
    return answers;
  }

  /** Logits of each place over its candidates, with what the text says of them where the model learned to weigh that. */
  async rank(places: readonly AskedPlace[], candidates: readonly (readonly number[])[]): Promise<Float32Array[]> {
    const answers = await this.ask(places);
    return answers.map(({ logits }, i) => {
      const said = this.cues && this.asker.weigh(this.cues.read(this.shown(places[i]), candidates[i]));
      return Float32Array.from(candidates[i], (sense, k) => logits[sense] + (said?.[k] ?? 0));
    });
  }

  /** Logits over all senses of the word at each location, words parted by white space: as the reference is called. */
  async logits(texts: readonly string[], locations: readonly number[]): Promise<Float32Array[]> {
    const places = texts.map((text, i) => ({ words: text.trim().split(/\s+/), location: locations[i] }));
    return (await this.ask(places)).map(({ logits }) => logits);
  }

  async dispose(): Promise<void> {
    await this.asker.dispose();
    await this.release();
  }

  /** The words of a place's window. */
  private shown({ words, location }: AskedPlace): readonly string[] {
    const { maximumWords } = this.parts;
    const first = firstOf(words.length, location, maximumWords);
    return words.slice(first, first + maximumWords);
  }

  /** Places of one array of words lie in one window, as far as it shows them all; else each has its own. */
  private windowsOf(places: readonly AskedPlace[]): AskedWindow[] {
    const { maximumWords, encoder } = this.parts;
    const shared = new Map<readonly string[], AskedWindow[]>();
    const windows: AskedWindow[] = [];
    places.forEach(({ words, location }, number) => {
      if (!(location >= 0 && location < words.length)) throw new RangeError(`no word ${location} of ${words.length}`);
      const first = firstOf(words.length, location, maximumWords);
      const known = shared.get(words)?.find((window) => window.first === first && takes(window, location - first));
      if (known) {
        known.places.push(known.encoded.firsts[location - first]);
        known.numbers.push(number);
        return;
      }
      const encoded = encoder.encode(words.slice(first, first + maximumWords), location - first);
      const window = { first, encoded, places: [encoded.firsts[location - first]], numbers: [number] };
      windows.push(window);
      shared.set(words, [...(shared.get(words) ?? []), window]);
    });
    return windows;
  }
}

interface AskedWindow {
  /** Its first word in the text. */
  readonly first: number;
  readonly encoded: EncodedWords;
  /** Token of each place. */
  readonly places: number[];
  /** Of the places that were asked for. */
  readonly numbers: number[];
}

/** First word of the window around a place. */
function firstOf(words: number, location: number, maximum: number): number {
  return Math.max(0, Math.min(location - (maximum >> 1), words - maximum));
}

/** A place that is shown, and is none of the window's already. */
function takes({ encoded, places }: AskedWindow, word: number): boolean {
  return encoded.firsts[word] >= 0 && !places.includes(encoded.firsts[word]);
}

/** Windows of like lengths together. */
function* batches(windows: readonly AskedWindow[]): Generator<AskedWindow[]> {
  const lengthOf = ({ encoded }: AskedWindow) => encoded.tokens.length;
  const ordered = [...windows].sort((a, b) => lengthOf(a) - lengthOf(b) || a.numbers[0] - b.numbers[0]);
  for (let first = 0; first < ordered.length; first += BATCH) yield ordered.slice(first, first + BATCH);
}

function encodedWindow({ encoded, places }: AskedWindow): EncodedWindow {
  const candidates = places.map(() => []);
  return { tokens: encoded.tokens, places: Int32Array.from(places), senses: new Int32Array(0), candidates };
}
