/**
 * Exact match of surfaces in text: the longest from the left, without overlap, not inside a Latin word or a number ("CT"
 * is not in "ACTH"). Walks a double-array trie from each start: failure links do not pay on real text, and surfaces have
 * at most 100 characters, so the time is linear in the text on adversarial surfaces too.
 */
import type { SlicedWork } from '../base/sliced-work.js';
import { buildDoubleArrayTrie, doubleArrayTrieInSlices } from './double-array-trie.js';
import { foldTable } from './fold-case.js';
import type { Linker, Mention } from './linker.js';
import { spelledTable } from './spelled-words.js';
import type { SurfaceLexicon } from './surface-lexicon.js';

/** In a unit's code: its letter or digit is part of a spelled word; the class stands above. */
const SPELLED_BIT = 1;
/** In a node's answer: the surface is ambiguous; the entity stands above. */
const AMBIGUOUS_BIT = 1;

/** What of a lexicon is linked by. */
export type LinkedSurfaces = Pick<SurfaceLexicon, 'surfaces' | 'entities' | 'candidates' | 'ignoreCase'>;

export class AutomatonLinker implements Linker {
  private readonly cells: Int32Array;
  /** [slots] 2 * entity, plus AMBIGUOUS_BIT, where a surface ends. */
  private readonly answers: Int32Array;
  /** [65536] 2 * class in the trie, plus SPELLED_BIT. */
  private readonly codes: Int32Array;
  /** [65536] the root's child by each unit, 0 for none. */
  private readonly initial: Int32Array;

  constructor(lexicon: LinkedSurfaces, trie = buildDoubleArrayTrie(lexicon.surfaces)) {
    const { entities, candidates, ignoreCase } = lexicon;
    const { cells, values, classes, root } = trie;
    const folded = ignoreCase ? foldTable() : undefined;
    const spelled = spelledTable();
    const classOf = (unit: number) => classes[folded ? folded[unit] : unit];
    this.cells = cells;
    this.answers = values.map((surface) => 2 * entities[surface] + (candidates[surface] > 1 ? AMBIGUOUS_BIT : 0));
    this.codes = new Int32Array(spelled.length);
    this.initial = new Int32Array(spelled.length);
    // A loop: `Int32Array.from` takes ten times as long, which small lexicons would feel.
    for (let unit = 0; unit < spelled.length; unit++) {
      const unitClass = classOf(unit);
      this.codes[unit] = 2 * unitClass + (spelled[unit] ? SPELLED_BIT : 0);
      this.initial[unit] = childOf(cells, root, unitClass);
    }
  }

  static *buildInSlices(lexicon: LinkedSurfaces): SlicedWork<AutomatonLinker> {
    return new AutomatonLinker(lexicon, yield* doubleArrayTrieInSlices(lexicon.surfaces));
  }

  link(text: string): Mention[] {
    const { cells, answers, codes, initial } = this;
    const mentions: Mention[] = [];
    const length = text.length;
    let before = 0;
    for (let start = 0; start < length; ) {
      const unit = text.charCodeAt(start);
      let last = codes[unit];
      // Between two letters nothing begins.
      let node = (before & last & SPELLED_BIT) === 0 ? initial[unit] : 0;
      before = last;
      let found = 0;
      let end = start + 1;
      for (let at = end; node !== 0; at++) {
        const code = at < length ? codes[text.charCodeAt(at)] : 0;
        const base = cells[2 * node];
        if ((base & 1) !== 0 && (last & code & SPELLED_BIT) === 0) {
          found = node;
          end = at;
          before = last;
        }
        // Class 0 is of no pattern: its slot is the base itself, where no child of the node can be.
        const child = (base >> 1) + (code >> 1);
        node = cells[2 * child + 1] === node ? child : 0;
        last = code;
      }
      if (found !== 0) {
        const answer = answers[found];
        mentions.push({ start, end, entity: answer >> 1, ambiguous: (answer & AMBIGUOUS_BIT) !== 0 });
      }
      start = end;
    }
    return mentions;
  }
}

function childOf(cells: Int32Array, node: number, unitClass: number): number {
  const child = (cells[2 * node] >> 1) + unitClass;
  return unitClass !== 0 && cells[2 * child + 1] === node ? child : 0;
}
