import type { AdamRow } from '../../formats/adam-table.js';

/** One meaning of an abbreviation: a class of the models. */
export interface Sense {
  readonly abbreviation: string;
  /** With single spaces, none at its ends. */
  readonly expansion: string;
  readonly variants: AdamRow['variants'];
}

/**
 * Which abbreviation stands for which expansions. A row of the table is a class of the models, and its place there is its
 * number, as in the published ones. The published table has a few expansions twice, once with a space too much: such a row
 * keeps its number, and where the abbreviation is the same too it is nobody's candidate.
 */
export class SenseInventory {
  readonly senses: readonly Sense[];
  private readonly byExpansion = new Map<string, number[]>();
  private readonly byAbbreviation = new Map<string, number[]>();

  constructor(readonly rows: readonly AdamRow[]) {
    this.senses = rows.map((row) => ({ ...row, expansion: row.expansion.trim().replace(/\s+/g, ' ') }));
    // The spelling without a space too much is the one that texts and tables have: it comes first.
    for (const tidy of [true, false]) {
      this.senses.forEach(({ expansion }, number) => {
        if ((rows[number].expansion === expansion) === tidy) listIn(this.byExpansion, expansion).push(number);
      });
    }
    this.senses.forEach(({ abbreviation, expansion }, number) => {
      if (this.classOf(expansion, abbreviation) === number) listIn(this.byAbbreviation, abbreviation).push(number);
    });
  }

  get size(): number {
    return this.senses.length;
  }

  /** Whether the same number means the same sense in both. */
  equals({ senses }: SenseInventory): boolean {
    return (
      senses.length === this.size &&
      senses.every(({ abbreviation, expansion }, number) => {
        const own = this.senses[number];
        return own.abbreviation === abbreviation && own.expansion === expansion;
      })
    );
  }

  /** All abbreviations, in the order of their first sense. */
  abbreviations(): string[] {
    return [...this.byAbbreviation.keys()];
  }

  /**
   * @param expansion with single spaces
   * @param abbreviation decides between two rows of the same expansion
   */
  classOf(expansion: string, abbreviation?: string): number | undefined {
    const same = this.byExpansion.get(expansion);
    return same?.find((number) => this.senses[number].abbreviation === abbreviation) ?? same?.[0];
  }

  /** The classes that an abbreviation can stand for, ascending; empty for one that is not known. */
  candidates(abbreviation: string): readonly number[] {
    return this.byAbbreviation.get(abbreviation) ?? [];
  }
}

function listIn(map: Map<string, number[]>, key: string): number[] {
  const known = map.get(key);
  if (known) return known;
  const list: number[] = [];
  map.set(key, list);
  return list;
}
