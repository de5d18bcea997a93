import { AutomatonLinker } from '../../src/text/automaton-linker.js';
import { createJiebaSegmenter, JiebaLinker } from '../../src/text/jieba-linker.js';
import { linkerSuite } from './linker.suite.js';

linkerSuite('automaton', (lexicon) => new AutomatonLinker(lexicon));
linkerSuite('jieba', (lexicon) => new JiebaLinker(lexicon, createJiebaSegmenter(lexicon.surfaces)));
