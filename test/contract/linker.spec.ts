import { buildSnapshot } from '../../src/graph/build-snapshot.js';
import { RankedAdjacency } from '../../src/graph/ranked-adjacency.js';
import { AutomatonLinker } from '../../src/text/automaton-linker.js';
import { JiebaLinker } from '../../src/text/jieba-segmenter.js';
import { AmbiguityResolver, ContextLinker } from '../../src/text/resolve-ambiguity.js';
import { linkerSuite } from './linker.suite.js';

const entities = Array.from({ length: 7 }, (_, i) => ({ key: `e${i}`, name: `n${i}`, types: [], aliases: [] }));
const adjacency = RankedAdjacency.build(buildSnapshot(entities, [{ head: 'e3', relation: 'r', tail: 'e5' }]));

linkerSuite('automaton', (lexicon) => new AutomatonLinker(lexicon));
linkerSuite('jieba', (lexicon) => new JiebaLinker(lexicon));
linkerSuite(
  'context',
  (lexicon) => new ContextLinker(new AutomatonLinker(lexicon), new AmbiguityResolver(lexicon, adjacency, {})),
);
