/**
 * A text in two forms: the cleaned words that expansions are matched with, and what a sample shows in their place. Shown and
 * cleaned words are the same unless case or punctuation is kept; which expansions are replaced never depends on that.
 */
import { cleanWord, cleanWords, isKept, lettersBetweenSpaces, signsAround, wordsBetweenSpaces } from './clean-words.js';

export interface ShownTextOptions {
  /** Words that are dropped, cleaned; given, words of one letter go too. */
  readonly stopWords?: ReadonlySet<string>;
  /** Show letters in their own case. */
  readonly keepCase?: boolean;
  /** Show punctuation and digits. */
  readonly keepPunctuation?: boolean;
}

export interface ShownText {
  /** Cleaned. */
  readonly words: readonly string[];
  /** Appends what word `at` shows, and what stands between it and the word before. */
  emit(output: string[], at: number): void;
  /** Appends an abbreviation for the words from `start` to before `end`. @returns its place in the output */
  replace(output: string[], start: number, end: number, abbreviation: string): number;
  /** Appends what stands after the last word. */
  finish(output: string[]): void;
}

export function showText(text: string, options: ShownTextOptions): ShownText {
  const { stopWords, keepCase, keepPunctuation } = options;
  if (keepPunctuation) return new PunctuatedText(text, options);
  if (!keepCase) {
    const words = cleanWords(text, stopWords);
    return new PlainText(words, words);
  }
  const kept = wordsBetweenSpaces(text).filter((word) => {
    const clean = cleanWord(word);
    return clean !== '' && (stopWords === undefined || isKept(clean, stopWords));
  });
  return new PlainText(
    kept.map(cleanWord),
    kept.map((word) => lettersBetweenSpaces(word).join('')),
  );
}

class PlainText implements ShownText {
  constructor(
    readonly words: readonly string[],
    private readonly shown: readonly string[],
  ) {}

  emit(output: string[], at: number): void {
    output.push(this.shown[at]);
  }

  replace(output: string[], _start: number, _end: number, abbreviation: string): number {
    return output.push(abbreviation) - 1;
  }

  finish(): void {}
}

/** Words keep the signs that hang on them; signs around replaced words become words of their own. */
class PunctuatedText implements ShownText {
  readonly words: string[] = [];
  private readonly tokens: readonly string[];
  /** [words] the token of each word. */
  private readonly places: number[] = [];
  private next = 0;

  constructor(text: string, { stopWords, keepCase }: ShownTextOptions) {
    const tokens: string[] = [];
    for (const token of wordsBetweenSpaces(keepCase ? text : text.toLowerCase())) {
      const word = cleanWord(token);
      if (word !== '' && stopWords !== undefined && !isKept(word, stopWords)) continue;
      if (word !== '') {
        this.words.push(word);
        this.places.push(tokens.length);
      }
      tokens.push(token);
    }
    this.tokens = tokens;
  }

  emit(output: string[], at: number): void {
    this.passTo(output, this.places[at]);
    this.passTo(output, this.places[at] + 1);
  }

  replace(output: string[], start: number, end: number, abbreviation: string): number {
    const [first, last] = [this.places[start], this.places[end - 1]];
    this.passTo(output, first);
    const { before } = signsAround(this.tokens[first]);
    const { after } = signsAround(this.tokens[last]);
    if (before !== '') output.push(before);
    const place = output.push(abbreviation) - 1;
    if (after !== '') output.push(after);
    this.next = last + 1;
    return place;
  }

  finish(output: string[]): void {
    this.passTo(output, this.tokens.length);
  }

  private passTo(output: string[], token: number): void {
    while (this.next < token) output.push(this.tokens[this.next++]);
  }
}
