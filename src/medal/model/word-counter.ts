import { PADDING_WORD, UNKNOWN_WORD } from './word-encoder.js';

/** Counts words, for a list of the frequent ones. */
export class WordCounter {
  private readonly counts = new Map<string, number>();

  add(words: readonly string[]): void {
    for (const word of words) this.counts.set(word, (this.counts.get(word) ?? 0) + 1);
  }

  /** `[PAD]`, `[UNK]`, then words by frequency, ties by text: the lines of a `vocab.txt`. */
  list(minimumCount: number, size: number): string[] {
    const special = [PADDING_WORD, UNKNOWN_WORD];
    const words = [...this.counts]
      .filter(([word, count]) => count >= minimumCount && word !== '' && !special.includes(word))
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .map(([word]) => word);
    return [...special, ...words].slice(0, size);
  }
}
