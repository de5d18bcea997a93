/** How the texts of a corpus are linked, from the settings of `corpus.link`: for the stage, and for what is linked like it later. */
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { RankedAdjacency } from '../graph/ranked-adjacency.js';
import { continuationTable } from './align-mentions.js';
import { AutomatonLinker, type LinkedSurfaces } from './automaton-linker.js';
import { JiebaLinker, JiebaSegmenter } from './jieba-segmenter.js';
import { LexiconSegmenter } from './lexicon-segmenter.js';
import type { SegmentLinking } from './link-segment.js';
import type { Linker } from './linker.js';
import { AmbiguityResolver } from './resolve-ambiguity.js';
import type { SurfaceLexicon } from './surface-lexicon.js';
import type { Tokenizer } from './tokenizer.js';

export interface LinkingSettings {
  /** `automaton` or `jieba`. */
  readonly linker: string;
  /** `lexicon` or `jieba`. */
  readonly segmenter: string;
  readonly ignoreCase: boolean;
  /** `exact` or `context`; see resolve-ambiguity.ts. */
  readonly ambiguity: string;
  readonly ambiguityThreshold: number;
  readonly priorWeight: number;
}

/** The linker that gives an ambiguous surface to its entity of highest rank. */
export function exactLinker(lexicon: LinkedSurfaces, { linker }: Pick<LinkingSettings, 'linker'>): Linker {
  return linker === 'jieba' ? new JiebaLinker(lexicon) : new AutomatonLinker(lexicon);
}

/**
 * Resolvers of ambiguous surfaces over one graph, which is ordered once.
 * @param ranks [entities]
 * @param frequency [entities] mentions by surfaces of one entity
 */
export function contextResolvers(
  lexicon: SurfaceLexicon,
  snapshot: GraphSnapshot,
  ranks: Float64Array,
  frequency: Int32Array | undefined,
): (settings: Pick<LinkingSettings, 'ambiguityThreshold' | 'priorWeight'>) => AmbiguityResolver {
  const adjacency = RankedAdjacency.build(snapshot, ranks);
  return ({ ambiguityThreshold: threshold, priorWeight }) =>
    new AmbiguityResolver(lexicon, adjacency, { ranks, frequency }, { threshold, priorWeight });
}

/** @param pieces the vocabulary of the tokenizer */
export function segmentLinking(
  lexicon: SurfaceLexicon,
  linker: Linker,
  { tokenizer, pieces }: { readonly tokenizer: Tokenizer; readonly pieces: readonly string[] },
  { segmenter, ignoreCase }: Pick<LinkingSettings, 'segmenter' | 'ignoreCase'>,
): SegmentLinking {
  return {
    tokenizer,
    linker,
    segmenter: segmenter === 'jieba' ? new JiebaSegmenter(lexicon.surfaces, ignoreCase) : new LexiconSegmenter(),
    continues: continuationTable(pieces),
  };
}
