/**
 * Reverse substitution (Wen, Lu and Reddy 2020, section 2): words of a text that are a known expansion become its preferred
 * abbreviation with a given probability, and the place with the expansion's class is a sample. From left to right, the longest
 * expansion first; one that is not drawn leaves the shorter ones their chance, and then the next word. A draw depends on the
 * seed and on the article only, so neither on threads nor on order.
 */
import { CounterRandom, hashPurpose } from '../../base/random.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';
import { ExpansionTrie } from './expansion-trie.js';
import { type KnownExpansions } from './known-expansions.js';
import { type ShownText, type ShownTextOptions, TextShower } from './shown-text.js';

export interface SubstitutionOptions extends ShownTextOptions {
  readonly probability: number;
  readonly seed: number;
}

export interface Substituted {
  /** Words parted by single spaces. */
  readonly text: string;
  readonly words: number;
  /** Ascending places among the words, and the classes. */
  readonly locations: readonly number[];
  readonly classes: readonly number[];
  /** Expansions that were drawn for, whether they were replaced or not. */
  readonly candidates: number;
}

/** Draws of a block. */
const DRAWS = 4;

export class Substitution {
  private readonly trie: ExpansionTrie;
  private readonly shower: TextShower;
  /** As one word each. */
  private readonly abbreviations: readonly string[];
  private readonly random: CounterRandom;
  private readonly draws = new Uint32Array(DRAWS);
  private readonly threshold: number;
  private numbers = new Int32Array(1 << 10);
  private readonly ends: Int32Array;
  private readonly found: Int32Array;

  constructor(inventory: SenseInventory, { expansions }: KnownExpansions, options: SubstitutionOptions) {
    this.shower = new TextShower(options);
    this.trie = new ExpansionTrie(expansions);
    this.abbreviations = inventory.senses.map(({ abbreviation }) => abbreviation.replace(/\s+/g, ''));
    this.random = new CounterRandom(options.seed, 'medal.substitute');
    this.threshold = options.probability * 2 ** 32;
    this.ends = new Int32Array(this.trie.depth + 1);
    this.found = new Int32Array(this.trie.depth + 1);
  }

  /**
   * @param id of the article: one that has several texts draws for each
   * @param round a text that is taken several times draws anew each time
   */
  substitute(id: string, text: string, round = 0): Substituted {
    const shown = this.shower.show(text);
    const { count } = shown;
    this.number(shown);
    const step = hashPurpose(round === 0 ? `${id}\n${text}` : `${id}\n${text}\n${round}`);
    const { trie, ends, found } = this;
    const locations: number[] = [];
    const classes: number[] = [];
    let candidates = 0;
    for (let at = 0; at < count; ) {
      let match = trie.matches(this.numbers, at, count, ends, found) - 1;
      while (match >= 0 && !this.isDrawn(step, candidates++)) match--;
      if (match < 0) shown.keep(at++);
      else {
        locations.push(shown.replace(at, ends[match], this.abbreviations[found[match]]));
        classes.push(found[match]);
        at = ends[match];
      }
    }
    return { ...shown.finish(), locations, classes, candidates };
  }

  private isDrawn(step: number, index: number): boolean {
    const within = index % DRAWS;
    if (within === 0) this.random.fillUint32(this.draws, step, index);
    return this.draws[within] < this.threshold;
  }

  private number(shown: ShownText): void {
    if (shown.count > this.numbers.length) this.numbers = new Int32Array(2 * shown.count);
    for (let at = 0; at < shown.count; at++) this.numbers[at] = shown.numberAt(this.trie.numbers, at);
  }
}
