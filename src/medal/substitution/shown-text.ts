/**
 * A text in two forms: the cleaned words that expansions are matched with, and what a sample shows in their place. Shown and
 * cleaned words are the same unless case or punctuation is kept; which expansions are replaced never depends on that.
 */
import { cleanWord, isKept, lettersBetweenSpaces, signsAround, wordsBetweenSpaces } from './clean-words.js';
import type { WordNumbers } from './word-numbers.js';
import { WordScan } from './word-scan.js';

export interface ShownTextOptions {
  /** Words that are dropped, cleaned; given, words of one letter go too. */
  readonly stopWords?: ReadonlySet<string>;
  /** Show letters in their own case. */
  readonly keepCase?: boolean;
  /** Show punctuation and digits. */
  readonly keepPunctuation?: boolean;
}

export interface ShownText {
  /** Cleaned words. */
  readonly count: number;
  /** The number of cleaned word `at`. */
  numberAt(numbers: WordNumbers, at: number): number;
  /** Lets word `at` stand. Words are let stand or replaced one after the other. */
  keep(at: number): void;
  /** Puts an abbreviation for the words from `start` to before `end`. @returns its place among the shown words */
  replace(start: number, end: number, abbreviation: string): number;
  /** The shown words, parted by single spaces. */
  finish(): { text: string; words: number };
}

/** Shows one text after the other. */
export class TextShower {
  private readonly scan = new WordScan();

  constructor(private readonly options: ShownTextOptions) {}

  show(text: string): ShownText {
    const { stopWords, keepCase, keepPunctuation } = this.options;
    if (keepCase || keepPunctuation) return new TokenText(text, this.options);
    this.scan.scan(text, stopWords);
    return new ScannedText(this.scan);
  }
}

/** Stretches that stay are cut out of the text as a whole. */
class ScannedText implements ShownText {
  readonly count: number;
  private readonly cleaned: string;
  private readonly parts: string[] = [];
  private words = 0;
  /** The first word that was kept and not cut out yet, and the word after the last. */
  private first = 0;
  private next = 0;

  constructor(private readonly scan: WordScan) {
    this.count = scan.count;
    this.cleaned = scan.text();
  }

  numberAt(numbers: WordNumbers, at: number): number {
    return numbers.numberAt(this.scan, at);
  }

  keep(at: number): void {
    this.next = at + 1;
    this.words++;
  }

  replace(_start: number, end: number, abbreviation: string): number {
    this.cut();
    this.parts.push(abbreviation);
    this.first = this.next = end;
    return this.words++;
  }

  finish(): { text: string; words: number } {
    this.cut();
    return { text: this.parts.join(' '), words: this.words };
  }

  private cut(): void {
    const { starts, ends } = this.scan;
    if (this.next > this.first) this.parts.push(this.cleaned.slice(starts[this.first], ends[this.next - 1]));
  }
}

/** Words with what hangs on them; signs around replaced words become words of their own. */
class TokenText implements ShownText {
  private readonly words: string[] = [];
  private readonly tokens: string[] = [];
  /** [words] the token of each word. */
  private readonly places: number[] = [];
  private readonly shown: string[] = [];
  private next = 0;

  constructor(text: string, { stopWords, keepCase, keepPunctuation }: ShownTextOptions) {
    for (const token of wordsBetweenSpaces(keepCase ? text : text.toLowerCase())) {
      const word = cleanWord(token);
      if (word === '' ? !keepPunctuation : stopWords !== undefined && !isKept(word, stopWords)) continue;
      if (word !== '') {
        this.words.push(word);
        this.places.push(this.tokens.length);
      }
      this.tokens.push(keepPunctuation ? token : lettersBetweenSpaces(token).join(''));
    }
  }

  get count(): number {
    return this.words.length;
  }

  numberAt(numbers: WordNumbers, at: number): number {
    return numbers.numberOf(this.words[at]);
  }

  keep(at: number): void {
    this.passTo(this.places[at] + 1);
  }

  replace(start: number, end: number, abbreviation: string): number {
    const [first, last] = [this.places[start], this.places[end - 1]];
    this.passTo(first);
    const { before } = signsAround(this.tokens[first]);
    const { after } = signsAround(this.tokens[last]);
    if (before !== '') this.shown.push(before);
    const place = this.shown.push(abbreviation) - 1;
    if (after !== '') this.shown.push(after);
    this.next = last + 1;
    return place;
  }

  finish(): { text: string; words: number } {
    this.passTo(this.tokens.length);
    return { text: this.shown.join(' '), words: this.shown.length };
  }

  private passTo(token: number): void {
    while (this.next < token) this.shown.push(this.tokens[this.next++]);
  }
}
