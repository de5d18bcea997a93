/**
 * Links a text as the corpus is linked (link-corpus.stage.ts with its defaults: longest match of names and aliases from the
 * left, letters in either case, the entity of highest rank), and says of each mention which entities it may mean and what
 * decided for the one.
 */
import type { SlicedWork } from '../base/sliced-work.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { AutomatonLinker } from './automaton-linker.js';
import type { Mention } from './linker.js';
import { type SurfaceLexicon, surfaceLexiconInSlices, surfaceOf } from './surface-lexicon.js';

const IGNORE_CASE = true;

/** `only`: no other entity has the name; `rank`: it has the highest rank of them; `order`: equal ranks or none, the first key. */
export const CHOICE_RULES = ['only', 'rank', 'order'] as const;
export type ChoiceRule = (typeof CHOICE_RULES)[number];

export interface ExplainedMention extends Mention {
  /** All that it may mean, the chosen one first. */
  candidates: readonly number[];
  rule: ChoiceRule;
  /** What of the chosen entity was found. */
  matched: 'name' | 'alias';
}

export class ExplainedLinker {
  private constructor(
    private readonly linker: AutomatonLinker,
    private readonly ambiguous: SurfaceLexicon['ambiguous'],
    private readonly snapshot: GraphSnapshot,
    private readonly ranks: Float64Array | undefined,
  ) {}

  static *buildInSlices(snapshot: GraphSnapshot, ranks?: Float64Array): SlicedWork<ExplainedLinker> {
    const lexicon = yield* surfaceLexiconInSlices(snapshot, ranks, IGNORE_CASE);
    const linker = yield* AutomatonLinker.buildInSlices(lexicon);
    return new ExplainedLinker(linker, lexicon.ambiguous, snapshot, ranks);
  }

  link(text: string): Mention[] {
    return this.linker.link(text);
  }

  explain(text: string, mention: Mention): ExplainedMention {
    const surface = surfaceOf(text.slice(mention.start, mention.end), IGNORE_CASE);
    const candidates = this.ambiguous.get(surface) ?? [mention.entity];
    const matched = surfaceOf(this.snapshot.entityNames.at(mention.entity), IGNORE_CASE) === surface ? 'name' : 'alias';
    return { ...mention, candidates, rule: this.ruleOf(candidates), matched };
  }

  private ruleOf([chosen, ...others]: readonly number[]): ChoiceRule {
    const { ranks } = this;
    if (others.length === 0) return 'only';
    return ranks !== undefined && others.every((other) => ranks[other] < ranks[chosen]) ? 'rank' : 'order';
  }
}
