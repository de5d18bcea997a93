/** How abbreviations are spelled: what an inventory, or a list of own ones, gives to look for in text. */
import type { SenseInventory } from '../inventory/sense-inventory.js';

export interface AbbreviationForm {
  readonly form: string;
  /** The preferred form, whose senses are ranked. */
  readonly abbreviation: string;
  /** How often the form stands for it. */
  readonly count: number;
}

/** Every preferred form and every variant, a form that two abbreviations have once for each. */
export function formsOf(inventory: SenseInventory): AbbreviationForm[] {
  const counts = new Map<string, Map<string, number>>();
  const add = (form: string, abbreviation: string, count: number) => {
    const of = counts.get(form) ?? new Map<string, number>();
    counts.set(form, of.set(abbreviation, (of.get(abbreviation) ?? 0) + count));
  };
  for (const { abbreviation, variants } of inventory.senses) {
    add(abbreviation, abbreviation, 0);
    for (const { form, count } of variants) add(form, abbreviation, count);
  }
  return Array.from(counts, ([form, of]) =>
    Array.from(of, ([abbreviation, count]) => ({ form, abbreviation, count })),
  ).flat();
}

/** Which abbreviation a form stands for: itself where it is one, else the one that it was seen for most often. */
export function meaningOfForms(forms: Iterable<AbbreviationForm>): Map<string, AbbreviationForm> {
  const chosen = new Map<string, AbbreviationForm>();
  for (const each of forms) {
    const known = chosen.get(each.form);
    if (known === undefined || outweighs(each, known)) chosen.set(each.form, each);
  }
  return chosen;
}

function outweighs(one: AbbreviationForm, other: AbbreviationForm): boolean {
  if (other.abbreviation === other.form) return false;
  return one.abbreviation === one.form || one.count > other.count;
}
