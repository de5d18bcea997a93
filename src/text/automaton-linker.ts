/**
 * Exact match of surfaces in text: the longest from the left, without overlap, not inside a Latin word or a number ("CT"
 * is not in "ACTH"). Walks a double-array trie from each start: failure links do not pay on real text, and surfaces have
 * at most 100 characters, so the time is linear in the text on adversarial surfaces too.
 */
import { buildDoubleArrayTrie, type DoubleArrayTrie } from './double-array-trie.js';
import { foldTable } from './fold-case.js';
import type { Linker, Mention } from './linker.js';
import { spelledTable } from './spelled-words.js';
import type { SurfaceLexicon } from './surface-lexicon.js';

export class AutomatonLinker implements Linker {
  private readonly trie: DoubleArrayTrie;
  /** [65536] 1 for letters and digits of which words and numbers are spelled. */
  private readonly spelled: Uint8Array;
  private matchEnd = 0;

  constructor(private readonly lexicon: SurfaceLexicon) {
    const trie = buildDoubleArrayTrie(lexicon.surfaces);
    this.trie = lexicon.ignoreCase ? { ...trie, classes: foldClasses(trie.classes) } : trie;
    this.spelled = spelledTable();
  }

  link(text: string): Mention[] {
    const { spelled } = this;
    const mentions: Mention[] = [];
    let before = 0;
    for (let start = 0; start < text.length; ) {
      const kind = spelled[text.charCodeAt(start)];
      const surface = (before & kind) === 0 ? this.matchLongest(text, start) : 0;
      if (surface === 0) {
        before = kind;
        start++;
      } else {
        mentions.push(this.mention(start, this.matchEnd, surface - 1));
        start = this.matchEnd;
        before = spelled[text.charCodeAt(start - 1)];
      }
    }
    return mentions;
  }

  /** Number plus 1 of the longest surface that begins at `start`, 0 for none; leaves its end in `matchEnd`. */
  private matchLongest(text: string, start: number): number {
    const { spelled } = this;
    const { classes, cells, values, root } = this.trie;
    let node = root;
    let surface = 0;
    let last = 0;
    for (let at = start; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const kind = spelled[unit];
      if (values[node] !== 0 && (last & kind) === 0) {
        surface = values[node];
        this.matchEnd = at;
      }
      const child = cells[2 * node] + classes[unit];
      if (classes[unit] === 0 || cells[2 * child + 1] !== node) return surface;
      node = child;
      last = kind;
    }
    if (values[node] === 0) return surface;
    this.matchEnd = text.length;
    return values[node];
  }

  private mention(start: number, end: number, surface: number): Mention {
    const { entities, candidates } = this.lexicon;
    return { start, end, entity: entities[surface], ambiguous: candidates[surface] > 1 };
  }
}

function foldClasses(classes: Uint16Array): Uint16Array {
  return foldTable().map((folded) => classes[folded]);
}
