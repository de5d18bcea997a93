import { AutomatonLinker } from '../../src/text/automaton-linker.js';
import { JiebaLinker } from '../../src/text/jieba-segmenter.js';
import { linkerSuite } from './linker.suite.js';

linkerSuite('automaton', (lexicon) => new AutomatonLinker(lexicon));
linkerSuite('jieba', (lexicon) => new JiebaLinker(lexicon));
