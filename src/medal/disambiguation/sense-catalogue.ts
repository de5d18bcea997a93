/**
 * What is looked for and ranked: an inventory with a user's edits laid over it, nothing of which needs training. Forms of own
 * abbreviations win over those of the inventory, definitions of the text itself over both.
 */
import { MedgraftError } from '../../base/errors.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';
import { formsOf } from './abbreviation-forms.js';
import { AbbreviationFinder, type FoundAbbreviation, mergeFound } from './find-abbreviations.js';
import type { OwnSense, SenseEdits, SenseRemoval } from './own-senses.js';

export interface Candidates {
  /** Classes of the inventory. */
  readonly classes: readonly number[];
  readonly own: readonly OwnSense[];
}

const NONE: Candidates = { classes: [], own: [] };

/** The forms of an inventory, made once for all edits of it. */
export function inventoryFinder(inventory: SenseInventory): AbbreviationFinder {
  return new AbbreviationFinder(formsOf(inventory), true);
}

export class SenseCatalogue {
  private readonly edited = new Map<string, { classes: readonly number[]; own: OwnSense[] }>();
  private readonly ownFinder: AbbreviationFinder;

  /** @throws MedgraftError `medal.sense-unknown` for a removal of what is not there */
  constructor(
    private readonly inventory: SenseInventory,
    private readonly finder: AbbreviationFinder,
    edits: SenseEdits,
  ) {
    for (const removal of edits.removals) this.remove(removal);
    for (const sense of edits.senses) this.add(sense);
    const forms = edits.senses.map((sense) => ({
      form: sense.abbreviation,
      abbreviation: this.preferred(sense.abbreviation),
      count: 1,
    }));
    this.ownFinder = new AbbreviationFinder(forms, true);
  }

  /** Mentions that have a sense to rank. */
  find(text: string): FoundAbbreviation[] {
    const all = mergeFound(this.ownFinder.find(text), this.finder.find(text));
    return this.edited.size === 0 ? all : all.filter(({ abbreviation }) => this.hasSense(abbreviation));
  }

  candidates(abbreviation: string): Candidates {
    const classes = this.inventory.candidates(abbreviation);
    return this.edited.get(abbreviation) ?? (classes.length > 0 ? { ...NONE, classes } : NONE);
  }

  /** The abbreviation that a spelling stands for, itself where it is not known. */
  preferred(form: string): string {
    if (this.inventory.candidates(form).length > 0) return form;
    return this.finder.abbreviationOf(form) ?? form;
  }

  isKnown(form: string): boolean {
    return this.finder.abbreviationOf(form) !== undefined;
  }

  private hasSense(abbreviation: string): boolean {
    const { classes, own } = this.candidates(abbreviation);
    return classes.length + own.length > 0;
  }

  /** A sense that the inventory has already stays as it is. */
  private add(sense: OwnSense): void {
    const entry = this.entry(this.preferred(sense.abbreviation));
    if (entry.classes.some((number) => this.inventory.senses[number].expansion === sense.expansion)) return;
    entry.own.push(sense);
  }

  private remove({ abbreviation, expansion }: SenseRemoval): void {
    const entry = this.entry(this.preferred(abbreviation));
    const isMeant = (number: number) =>
      expansion === undefined || this.inventory.senses[number].expansion === expansion;
    const kept = entry.classes.filter((number) => !isMeant(number));
    if (kept.length === entry.classes.length) throw unknownSense(abbreviation, expansion);
    entry.classes = kept;
  }

  private entry(abbreviation: string): { classes: readonly number[]; own: OwnSense[] } {
    const known = this.edited.get(abbreviation);
    if (known !== undefined) return known;
    const entry = { classes: this.inventory.candidates(abbreviation), own: [] };
    this.edited.set(abbreviation, entry);
    return entry;
  }
}

function unknownSense(abbreviation: string, expansion: string | undefined): MedgraftError {
  return new MedgraftError('input', 'medal.sense-unknown', 'what is to be removed is not in the inventory', {
    place: 'remove',
    expected:
      expansion === undefined ? 'an abbreviation of the inventory' : 'one of its expansions, as it is spelled there',
    got: expansion === undefined ? abbreviation : `${abbreviation}: ${expansion}`,
  });
}
