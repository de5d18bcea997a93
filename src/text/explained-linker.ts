/**
 * Links a text as the corpus is linked (link-corpus.stage.ts with its defaults: longest match of names and aliases from the
 * left, letters in either case, the entity of highest rank) or with context for ambiguous surfaces, and says of each mention which entities it may mean and what
 * decided for the one.
 */
import type { SlicedWork } from '../base/sliced-work.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import type { RankedAdjacency } from '../graph/ranked-adjacency.js';
import { AutomatonLinker } from './automaton-linker.js';
import type { Mention } from './linker.js';
import {
  type AmbiguityOptions,
  AmbiguityResolver,
  type ResolvedMention,
  type ScoredCandidate,
} from './resolve-ambiguity.js';
import { type SurfaceLexicon, surfaceLexiconInSlices, surfaceOf } from './surface-lexicon.js';

const IGNORE_CASE = true;

/**
 * `only`: no other entity has the name; `rank`: it has the highest rank of them; `order`: equal ranks or none, the first key;
 * `context`: it has the highest score of them (resolve-ambiguity.ts).
 */
export const CHOICE_RULES = ['only', 'rank', 'order', 'context'] as const;
export type ChoiceRule = (typeof CHOICE_RULES)[number];

export interface ExplainedMention extends Mention {
  /** All that it may mean, the chosen one first. */
  candidates: readonly number[];
  rule: ChoiceRule;
  /** What of the chosen entity was found. */
  matched: 'name' | 'alias';
  /** Of the candidates, where context decided. */
  scores?: readonly ScoredCandidate[];
}

export class ExplainedLinker {
  private constructor(
    private readonly linker: AutomatonLinker,
    private readonly lexicon: Pick<SurfaceLexicon, 'ambiguous' | 'ignoreCase'>,
    private readonly snapshot: GraphSnapshot,
    private readonly ranks: Float64Array | undefined,
  ) {}

  static *buildInSlices(snapshot: GraphSnapshot, ranks?: Float64Array): SlicedWork<ExplainedLinker> {
    const lexicon = yield* surfaceLexiconInSlices(snapshot, ranks, IGNORE_CASE);
    const linker = yield* AutomatonLinker.buildInSlices(lexicon);
    const { ambiguous, ignoreCase } = lexicon;
    return new ExplainedLinker(linker, { ambiguous, ignoreCase }, snapshot, ranks);
  }

  link(text: string): Mention[] {
    return this.linker.link(text);
  }

  /** The mentions of `link`, each with the scores of what it may mean by the mentions around it. */
  resolveInSlices(
    text: string,
    adjacency: RankedAdjacency,
    options: AmbiguityOptions,
  ): SlicedWork<readonly ResolvedMention[]> {
    const resolver = new AmbiguityResolver(this.lexicon, adjacency, { ranks: this.ranks }, options);
    return resolver.resolveInSlices(text, this.link(text));
  }

  explain(text: string, mention: Mention | ResolvedMention): ExplainedMention {
    const { start, end, entity, ambiguous } = mention;
    const surface = surfaceOf(text.slice(start, end), IGNORE_CASE);
    const matched = surfaceOf(this.snapshot.entityNames.at(entity), IGNORE_CASE) === surface ? 'name' : 'alias';
    const found = { start, end, entity, ambiguous, matched } as const;
    if ('candidates' in mention && ambiguous) {
      const scores = mention.candidates;
      return { ...found, candidates: scores.map((candidate) => candidate.entity), rule: 'context', scores };
    }
    const candidates = this.lexicon.ambiguous.get(surface) ?? [entity];
    return { ...found, candidates, rule: this.ruleOf(candidates) };
  }

  private ruleOf([chosen, ...others]: readonly number[]): ChoiceRule {
    const { ranks } = this;
    if (others.length === 0) return 'only';
    return ranks !== undefined && others.every((other) => ranks[other] < ranks[chosen]) ? 'rank' : 'order';
  }
}
