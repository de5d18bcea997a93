import { DoubleArrayTrie } from './double-array-trie.js';
import type { Linker, Mention } from './linker.js';
import type { SurfaceLexicon } from './surface-lexicon.js';

/**
 * Links by exact match, longest first, left to right, without overlap: a walk of a double-array trie from each start.
 * The work is bounded by text length times longest surface. A match neither begins nor ends inside a run of Latin letters
 * or digits: `CT` is not found in `ACTH`.
 */
export interface AutomatonOptions {
  /** Latin letters match in either case. */
  readonly ignoreCase: boolean;
}

const RUN = /[\p{Script=Latin}\p{Script=Greek}\p{Nd}]/u;
const UNITS = 65536;

export class AutomatonLinker implements Linker {
  private readonly classes = new Uint16Array(UNITS);
  private readonly trie: DoubleArrayTrie;
  /** Pattern number -> surface number of the lexicon. */
  private readonly surfaces: number[];

  constructor(
    private readonly lexicon: SurfaceLexicon,
    options: AutomatonOptions = { ignoreCase: true },
  ) {
    const fold = options.ignoreCase ? foldCase : (text: string) => text;
    const patterns = new Map<string, number>();
    lexicon.surfaces.forEach((surface, s) => {
      const folded = fold(surface);
      if (!patterns.has(folded)) patterns.set(folded, s);
    });
    const classCount = this.assignClasses([...patterns.keys()], options.ignoreCase);
    this.surfaces = [...patterns.values()];
    this.trie = new DoubleArrayTrie([...patterns.keys()], this.classes, classCount);
  }

  link(text: string): Mention[] {
    const { trie } = this;
    const mentions: Mention[] = [];
    for (let start = 0; start < text.length; ) {
      let state = trie.next(0, text.charCodeAt(start));
      let pattern = -1;
      let end = start;
      for (let i = start + 1; state !== -1; i++) {
        const found = trie.patternAt(state);
        if (found !== -1 && !this.cutsRun(text, i)) {
          pattern = found;
          end = i;
        }
        if (i === text.length) break;
        state = trie.next(state, text.charCodeAt(i));
      }
      if (pattern === -1 || this.cutsRun(text, start)) start++;
      else {
        mentions.push(this.mention(start, end, this.surfaces[pattern]));
        start = end;
      }
    }
    return mentions;
  }

  private mention(start: number, end: number, surface: number): Mention {
    const { entities, candidates } = this.lexicon;
    return { start, end, entity: entities[surface], ambiguous: candidates[surface] > 1 };
  }

  /** Whether the place between two units lies inside a run of letters or digits. */
  private cutsRun(text: string, place: number): boolean {
    if (place === 0 || place === text.length) return false;
    return isRunUnit(text.charCodeAt(place - 1)) && isRunUnit(text.charCodeAt(place));
  }

  /** Dense classes from 1 for the units of the patterns; upper case shares the class of lower case when case is ignored. */
  private assignClasses(patterns: readonly string[], ignoreCase: boolean): number {
    let count = 1;
    for (const pattern of patterns) {
      for (let i = 0; i < pattern.length; i++) {
        const unit = pattern.charCodeAt(i);
        if (this.classes[unit] === 0) this.classes[unit] = count++;
      }
    }
    if (ignoreCase) this.shareCases();
    return count;
  }

  private shareCases(): void {
    for (let unit = 0; unit < UNITS; unit++) {
      const lower = foldCase(String.fromCharCode(unit)).charCodeAt(0);
      if (lower !== unit && this.classes[unit] === 0) this.classes[unit] = this.classes[lower];
    }
  }
}

/** Lower case where that keeps the length, so that offsets stay those of the text. */
function foldCase(text: string): string {
  const folded = text.toLowerCase();
  return folded.length === text.length ? folded : text;
}

const RUN_UNITS = runTable();

function runTable(): Uint8Array {
  const table = new Uint8Array(UNITS);
  for (let unit = 0; unit < UNITS; unit++) if (RUN.test(String.fromCharCode(unit))) table[unit] = 1;
  return table;
}

function isRunUnit(unit: number): boolean {
  return RUN_UNITS[unit] === 1;
}
