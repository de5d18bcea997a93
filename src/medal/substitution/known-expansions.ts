/** Which expansions of an inventory are looked for in cleaned text. */
import type { SenseInventory } from '../inventory/sense-inventory.js';
import { cleanWords } from './clean-words.js';
import type { Expansion } from './expansion-trie.js';

export interface ExpansionOptions {
  readonly stopWords?: ReadonlySet<string>;
  /** Shorter expansions are left alone. */
  readonly minimumWords: number;
  /** Cleaned words with spaces between: expansions that are left alone. */
  readonly stopExpansions: ReadonlySet<string>;
}

export interface KnownExpansions {
  readonly expansions: readonly Expansion[];
  /** Senses that are not looked for because another abbreviation has the same words. */
  readonly shared: number;
  /** Those of which cleaning leaves nothing, or that are to be left alone. */
  readonly leftOut: number;
}

/** Where two senses have the same words, the tidier and then the earlier row stands: the one that `classOf` gives. */
export function knownExpansions(inventory: SenseInventory, options: ExpansionOptions): KnownExpansions {
  const byWords = new Map<string, Expansion>();
  let [shared, leftOut] = [0, 0];
  for (const sense of tidyFirst(inventory)) {
    const { abbreviation, expansion } = inventory.senses[sense];
    const words = cleanWords(expansion, options.stopWords);
    const key = words.join(' ');
    if (words.length === 0 || words.length < options.minimumWords || options.stopExpansions.has(key)) {
      leftOut++;
      continue;
    }
    const known = byWords.get(key);
    if (known === undefined) byWords.set(key, { words, class: sense });
    else if (inventory.senses[known.class].abbreviation !== abbreviation) shared++;
  }
  const expansions = [...byWords.values()].sort((a, b) => a.class - b.class);
  return { expansions, shared, leftOut };
}

function tidyFirst({ rows, senses }: SenseInventory): number[] {
  const isTidy = (sense: number) => rows[sense].expansion === senses[sense].expansion;
  const numbers = Array.from(senses.keys());
  return [...numbers.filter(isTidy), ...numbers.filter((sense) => !isTidy(sense))];
}
