/**
 * The expansions of an inventory as a trie over words. A word of no expansion ends a walk at once, so that a text is read in
 * one pass, whatever the number of expansions. Children lie in one open table: (node, word) -> child.
 */
import { UNKNOWN, WordNumbers } from './word-numbers.js';
import { WordScan } from './word-scan.js';

export interface Expansion {
  /** Cleaned. */
  readonly words: readonly string[];
  readonly class: number;
}

const EMPTY = -1;
const ROOT = 0;

export class ExpansionTrie {
  /** Of all words of expansions. */
  readonly numbers: WordNumbers;
  /** [words] the root's child by each word, 0 for none. */
  private readonly initial: Int32Array;
  /** [slots, 3] node, word, child. */
  private readonly slots: Int32Array;
  private readonly mask: number;
  /** [nodes] class of the expansion that ends in the node, -1 for none. */
  private readonly classes: Int32Array;
  /** Words of the longest expansion. */
  readonly depth: number;

  /** @param expansions distinct, none empty */
  constructor(expansions: readonly Expansion[]) {
    const steps = expansions.reduce((sum, { words }) => sum + words.length, 0);
    this.depth = expansions.reduce((most, { words }) => Math.max(most, words.length), 0);
    this.numbers = new WordNumbers(
      expansions.flatMap(({ words }) => words),
      new WordScan(),
    );
    const slots = 2 ** Math.ceil(Math.log2(2 * steps + 2));
    this.mask = slots - 1;
    this.slots = new Int32Array(3 * slots).fill(EMPTY);
    this.classes = new Int32Array(steps + 1).fill(EMPTY);
    let nodes = 1;
    for (const { words, class: sense } of expansions) {
      let node = ROOT;
      for (const text of words) {
        const word = this.numbers.numberOf(text);
        const slot = this.slotOf(node, word);
        if (this.slots[slot] === EMPTY) this.slots.set([node, word, nodes++], slot);
        node = this.slots[slot + 2];
      }
      this.classes[node] = sense;
    }
    this.initial = Int32Array.from({ length: this.numbers.size }, (_, word) => Math.max(0, this.childOf(ROOT, word)));
  }

  /**
   * The expansions that begin at a word: `ends[i]` is the place after the last word, `classes[i]` the class, shortest first.
   * @param words numbers of a text's words
   * @returns how many
   */
  matches(words: Int32Array, start: number, count: number, ends: Int32Array, classes: Int32Array): number {
    let node = words[start] === UNKNOWN ? 0 : this.initial[words[start]];
    let found = 0;
    for (let at = start + 1; node > 0; at++) {
      if (this.classes[node] !== EMPTY) {
        ends[found] = at;
        classes[found++] = this.classes[node];
      }
      node = at < count && words[at] !== UNKNOWN ? this.childOf(node, words[at]) : 0;
    }
    return found;
  }

  /** -1 for none. */
  private childOf(node: number, word: number): number {
    return this.slots[this.slotOf(node, word) + 2];
  }

  /** The slot of (node, word), or the free one where it would be. */
  private slotOf(node: number, word: number): number {
    let place = (Math.imul(node, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b)) >>> 0;
    place ^= place >>> 15;
    for (; ; place++) {
      const slot = 3 * (place & this.mask);
      if (this.slots[slot] === EMPTY || (this.slots[slot] === node && this.slots[slot + 1] === word)) return slot;
    }
  }
}
