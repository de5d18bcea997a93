import { createRequire } from 'node:module';
import type { Linker, Mention } from './linker.js';
import type { SurfaceLexicon } from './surface-lexicon.js';

/**
 * The second linker: jieba's segmentation with the graph's surfaces in its dictionary; a word that is a surface is a
 * mention. It respects word boundaries that plain matching crosses, and misses names that jieba cuts.
 */
export interface Segmenter {
  /** The words of a text, in order, covering all of it. */
  words(text: string): string[];
}

/** Added to the dictionary with this frequency, so that a name wins over its parts. */
const NAME_FREQUENCY = 1_000_000;

/**
 * jieba-wasm behind Segmenter. It keeps one dictionary per module, so a fresh instance of the module is loaded for each
 * lexicon: words of one graph never leak into another.
 */
export function createJiebaSegmenter(surfaces: readonly string[]): Segmenter {
  const jieba = freshModule();
  for (const surface of surfaces) jieba.add_word(surface, NAME_FREQUENCY);
  return { words: (text) => jieba.cut(text, true) };
}

export class JiebaLinker implements Linker {
  private readonly numbers: Map<string, number>;

  constructor(
    private readonly lexicon: SurfaceLexicon,
    private readonly segmenter: Segmenter,
  ) {
    this.numbers = new Map(lexicon.surfaces.map((surface, s) => [surface, s]));
  }

  link(text: string): Mention[] {
    const mentions: Mention[] = [];
    let start = 0;
    for (const word of this.segmenter.words(text)) {
      const end = start + word.length;
      const surface = this.numbers.get(word);
      if (surface !== undefined) {
        const { entities, candidates } = this.lexicon;
        mentions.push({ start, end, entity: entities[surface], ambiguous: candidates[surface] > 1 });
      }
      start = end;
    }
    return mentions;
  }
}

interface JiebaModule {
  cut(text: string, hmm?: boolean | null): string[];
  add_word(word: string, frequency?: number | null, tag?: string | null): number;
}

function freshModule(): JiebaModule {
  const require = createRequire(import.meta.url);
  const path = require.resolve('jieba-wasm');
  delete require.cache[path];
  const instance: JiebaModule = require(path);
  delete require.cache[path];
  return instance;
}
