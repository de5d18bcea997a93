/**
 * Substitution of many articles at once: what a thread is asked, and what it answers. The answer is bytes and numbers as the
 * files of a sample set have them, so that whoever writes them has nothing left to do.
 */
import type { AdamRow } from '../../formats/adam-table.js';
import { SenseInventory } from '../inventory/sense-inventory.js';
import { SPLITS, type SplitName } from '../samples/sample-layout.js';
import { SplitChooser, type SplitShares } from './choose-split.js';
import { knownExpansions } from './known-expansions.js';
import { type Substituted, Substitution, type SubstitutionOptions } from './substitute.js';

export interface Article {
  /** As the samples show it. */
  readonly id: string;
  /** What decides split and draws: the id, or the text of an article without one. */
  readonly key: string;
  readonly text: string;
}

export interface SubstitutionTask extends SubstitutionOptions {
  readonly rows: readonly AdamRow[];
  readonly minimumWords: number;
  readonly stopExpansions: ReadonlySet<string>;
  readonly shares: SplitShares;
  readonly keepOriginal: boolean;
  /** How often a text to train on is taken, each time with other draws. */
  readonly rounds: number;
}

/** Texts of one split in the order of the articles. */
export interface BlockPart {
  /** One record after the other: id, text, original. */
  readonly records: Uint8Array;
  /** [texts, 5] bytes of the record, bytes of the id, bytes of the text, words, samples. */
  readonly texts: Uint32Array;
  /** [samples, 2] location and class. */
  readonly samples: Int32Array;
}

export const BLOCK_TEXT_FIELDS = 5;
export const BLOCK_SAMPLE_FIELDS = 2;

export interface SubstitutedBlock {
  readonly parts: Readonly<Record<SplitName, BlockPart>>;
  readonly candidates: number;
  /** Articles without a sample. */
  readonly dropped: number;
}

export class BlockSubstitution {
  private readonly substitution: Substitution;
  private readonly splits: SplitChooser;
  private readonly keepOriginal: boolean;
  private readonly rounds: number;

  constructor(task: SubstitutionTask) {
    const inventory = new SenseInventory(task.rows);
    this.substitution = new Substitution(inventory, knownExpansions(inventory, task), task);
    this.splits = new SplitChooser(task.seed, task.shares);
    this.keepOriginal = task.keepOriginal;
    this.rounds = task.rounds;
  }

  substitute(articles: readonly Article[]): SubstitutedBlock {
    const parts = { train: new PartBuilder(), valid: new PartBuilder(), test: new PartBuilder() };
    let [candidates, dropped] = [0, 0];
    for (const { id, key, text } of articles) {
      const split = this.splits.choose(key);
      const original = this.keepOriginal ? text.trim().replace(/\s+/g, ' ') : '';
      for (let round = 0; round < (split === 'train' ? this.rounds : 1); round++) {
        const found = this.substitution.substitute(key, text, round);
        if (round === 0) candidates += found.candidates;
        if (found.locations.length > 0) parts[split].add(id, found, original);
        else if (round === 0) dropped++;
      }
    }
    const built = SPLITS.map((split) => [split, parts[split].build()] as const);
    return { parts: Object.fromEntries(built) as SubstitutedBlock['parts'], candidates, dropped };
  }
}

class PartBuilder {
  private readonly records: Uint8Array[] = [];
  private readonly texts: number[] = [];
  private readonly samples: number[] = [];

  add(id: string, { text, words, locations, classes }: Substituted, original: string): void {
    const parts = [Buffer.from(id), Buffer.from(text), Buffer.from(original)];
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    this.records.push(...parts);
    this.texts.push(bytes, parts[0].length, parts[1].length, words, locations.length);
    for (const [i, location] of locations.entries()) this.samples.push(location, classes[i]);
  }

  build(): BlockPart {
    // Memory of its own, which can be handed to another thread.
    const records = new Uint8Array(this.records.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const record of this.records) {
      records.set(record, at);
      at += record.length;
    }
    return { records, texts: Uint32Array.from(this.texts), samples: Int32Array.from(this.samples) };
  }
}
