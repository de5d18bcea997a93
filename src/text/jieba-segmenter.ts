/**
 * Chinese words by jieba (prefix dictionary, most probable path, HMM for unknown words; here jieba-rs in WebAssembly),
 * with the surfaces of one graph added to its dictionary. jieba-wasm keeps one dictionary in each module instance, and
 * what is added stays: every segmenter loads an instance of its own, so that the words of one graph never reach another.
 */
import { createRequire } from 'node:module';
import type { LinkedSurfaces } from './automaton-linker.js';
import { foldCase } from './fold-case.js';
import type { Linker, Mention } from './linker.js';
import { spelledTable, splitsWord } from './spelled-words.js';
import type { WordSegmenter } from './word-segmenter.js';

type Jieba = typeof import('jieba-wasm');

/** Above any frequency of jieba's own words, so that a surface is kept whole. */
const SURFACE_FREQUENCY = 1_000_000;

export class JiebaSegmenter implements WordSegmenter {
  private readonly jieba = loadInstance();

  /** @param surfaces words to keep whole; jieba knows none with white space */
  constructor(
    surfaces: readonly string[],
    private readonly ignoreCase: boolean,
  ) {
    const words = surfaces.filter((surface) => !/\s/.test(surface));
    if (words.length > 0) this.jieba.with_dict(words.map((word) => `${word} ${SURFACE_FREQUENCY} n`).join('\n'));
  }

  wordStarts(text: string): Int32Array {
    const starts: number[] = [];
    let at = 0;
    // Halves of surrogate pairs would come back as U+FFFD, of the same length.
    for (const word of this.jieba.cut(this.ignoreCase ? foldCase(text) : text, true)) {
      starts.push(at);
      at += word.length;
    }
    return Int32Array.from(starts);
  }
}

/** Links the words of jieba that are surfaces of the graph: context decides where a word ends, not length alone. */
export class JiebaLinker implements Linker {
  private readonly segmenter: JiebaSegmenter;
  private readonly numbers: ReadonlyMap<string, number>;
  private readonly spelled = spelledTable();

  constructor(private readonly lexicon: LinkedSurfaces) {
    this.segmenter = new JiebaSegmenter(lexicon.surfaces, lexicon.ignoreCase);
    this.numbers = new Map(lexicon.surfaces.map((surface, number) => [surface, number]));
  }

  link(text: string): Mention[] {
    const { entities, candidates, ignoreCase } = this.lexicon;
    const folded = ignoreCase ? foldCase(text) : text;
    const starts = this.segmenter.wordStarts(text);
    const mentions: Mention[] = [];
    for (let word = 0; word < starts.length; word++) {
      const start = starts[word];
      const end = word + 1 < starts.length ? starts[word + 1] : text.length;
      const surface = this.numbers.get(folded.slice(start, end));
      if (surface === undefined) continue;
      if (splitsWord(text, start, this.spelled) || splitsWord(text, end, this.spelled)) continue;
      mentions.push({ start, end, entity: entities[surface], ambiguous: candidates[surface] > 1 });
    }
    return mentions;
  }
}

/** The package compiles its module when it is loaded: out of the cache for a moment, it is loaded anew. */
function loadInstance(): Jieba {
  const require = createRequire(import.meta.url);
  const path = require.resolve('jieba-wasm');
  const shared = require.cache[path];
  delete require.cache[path];
  try {
    return require(path) as Jieba;
  } finally {
    delete require.cache[path];
    if (shared) require.cache[path] = shared;
  }
}
