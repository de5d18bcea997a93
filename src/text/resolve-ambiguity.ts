/**
 * Which of the entities that share a surface a text means. The candidates have a prior, from how often a corpus mentions
 * them by names that are theirs alone and, where it has not, from their ranks:
 *
 *     prior(c) = (t_c + rank(c) / sum of ranks) / (sum of t + 1)
 *
 * and evidence from the entities that the text mentions nearby, each with the probability p(x) that it is meant (1 for a
 * surface of one entity, else its own prior):
 *
 *     E(c) = sum over x of p(x) (direct(c, x) + sum over common neighbours n of w(n) / sqrt(d_c d_x))
 *
 * with w(n) = 1 / log2(1 + d_n), so that hubs tell little (Adamic and Adar 2003, "Friends and neighbors on the Web"), and
 * direct(c, x) = w(x) for a neighbour, 1 for c itself by another name. The prior counts as so much evidence (Dirichlet
 * smoothing), so that the scores of a mention's candidates sum to 1 and are the prior where the text says nothing:
 *
 *     score(c) = (E(c) + k prior(c)) / (sum of E + k)
 *
 * The best candidate is taken, ties as without context; below a threshold the mention is left out.
 */
import { finishWork, type SlicedWork } from '../base/sliced-work.js';
import type { RankedAdjacency } from '../graph/ranked-adjacency.js';
import type { Linker, Mention } from './linker.js';
import { type SurfaceLexicon, surfaceOf } from './surface-lexicon.js';

export const AMBIGUITY_RULES = ['exact', 'context'] as const;
export type AmbiguityRule = (typeof AMBIGUITY_RULES)[number];

/** `k`, the weight of the prior, and the least score that is linked. */
export interface AmbiguityOptions {
  readonly priorWeight: number;
  readonly threshold: number;
}

export const AMBIGUITY_DEFAULTS: AmbiguityOptions = { priorWeight: 0.2, threshold: 0 };

export interface ScoredCandidate {
  readonly entity: number;
  /** Sums to 1 over the candidates. */
  readonly prior: number;
  /** E(c): 0 or more. */
  readonly context: number;
  /** Sums to 1 over the candidates. */
  readonly score: number;
}

/** A mention with all that it may mean, the best first. */
export interface ResolvedMention extends Mention {
  /** One candidate of score 1 where the surface names one entity. */
  readonly candidates: readonly ScoredCandidate[];
  /** The best score reaches the threshold. */
  readonly linked: boolean;
}

/** Mentions so far away, in UTF-16 units, are context. */
const WINDOW = 200;
/** So many of them, the nearest on either side. */
const NEAREST = 16;
/** Neighbours of the entity with fewer of them that are looked at, the least important ones: they tell most. */
const COMPARED_NEIGHBOURS = 1024;

/** What is known of candidates before the text: [entities] each, both may be absent. */
export interface PriorKnowledge {
  readonly ranks?: ArrayLike<number>;
  /** Mentions by surfaces that name one entity. */
  readonly frequency?: ArrayLike<number>;
}

type Ambiguous = Pick<SurfaceLexicon, 'ambiguous' | 'ignoreCase'>;

export class AmbiguityResolver {
  constructor(
    private readonly lexicon: Ambiguous,
    private readonly adjacency: RankedAdjacency,
    private readonly known: PriorKnowledge,
    private readonly options: AmbiguityOptions = AMBIGUITY_DEFAULTS,
  ) {}

  /** @param mentions of the text, ascending */
  resolve(text: string, mentions: readonly Mention[]): ResolvedMention[] {
    return finishWork(this.resolveInSlices(text, mentions));
  }

  /** The same, pausing after each ambiguous mention. */
  *resolveInSlices(text: string, mentions: readonly Mention[]): SlicedWork<ResolvedMention[]> {
    const resolved: ResolvedMention[] = [];
    const related = new Map<string, number>();
    for (const [m, mention] of mentions.entries()) {
      if (!mention.ambiguous) {
        resolved.push({ ...mention, candidates: [certain(mention.entity)], linked: true });
        continue;
      }
      const candidates = this.score(text, mentions, m, related);
      const [{ entity, score }] = candidates;
      resolved.push({ ...mention, entity, candidates, linked: score >= this.options.threshold });
      yield;
    }
    return resolved;
  }

  /** @param related what is known already of pairs, for this text */
  private score(
    text: string,
    mentions: readonly Mention[],
    m: number,
    related: Map<string, number>,
  ): ScoredCandidate[] {
    const candidates = this.candidatesOf(text, mentions[m]);
    const context = this.contextOf(text, mentions, m);
    const priors = this.priorsOf(candidates);
    const evidence = candidates.map((c) => {
      let sum = 0;
      for (const [x, probability] of context) {
        const pair = `${c} ${x}`;
        const known = related.get(pair) ?? this.relatedness(c, x);
        related.set(pair, known);
        sum += probability * known;
      }
      return sum;
    });
    const { priorWeight } = this.options;
    const total = evidence.reduce((sum, e) => sum + e, priorWeight);
    const scored = candidates.map((entity, i) => ({
      entity,
      prior: priors[i],
      context: evidence[i],
      score: total > 0 ? (evidence[i] + priorWeight * priors[i]) / total : priors[i],
    }));
    // Sorting is stable: of equal scores the one that exact matching takes stays first.
    return scored.sort((a, b) => b.score - a.score);
  }

  private candidatesOf(text: string, { start, end, entity }: Mention): readonly number[] {
    return this.lexicon.ambiguous.get(surfaceOf(text.slice(start, end), this.lexicon.ignoreCase)) ?? [entity];
  }

  /** Entities mentioned nearby, by other surfaces, each with the largest probability that it is meant. */
  private contextOf(text: string, mentions: readonly Mention[], m: number): Map<number, number> {
    const { start, end } = mentions[m];
    const surface = surfaceOf(text.slice(start, end), this.lexicon.ignoreCase);
    const found = new Map<number, number>();
    const add = (other: Mention) => {
      if (surfaceOf(text.slice(other.start, other.end), this.lexicon.ignoreCase) === surface) return;
      const candidates = other.ambiguous ? this.candidatesOf(text, other) : [other.entity];
      const priors = other.ambiguous ? this.priorsOf(candidates) : [1];
      candidates.forEach((c, i) => void found.set(c, Math.max(found.get(c) ?? 0, priors[i])));
    };
    for (let i = m - 1; i >= Math.max(0, m - NEAREST) && mentions[i].end > start - WINDOW; i--) add(mentions[i]);
    const last = Math.min(mentions.length - 1, m + NEAREST);
    for (let i = m + 1; i <= last && mentions[i].start < end + WINDOW; i++) add(mentions[i]);
    return found;
  }

  private priorsOf(candidates: readonly number[]): number[] {
    const { ranks, frequency } = this.known;
    const shares = shareOf(candidates.map((c) => ranks?.[c] ?? 1));
    const seen = candidates.map((c) => frequency?.[c] ?? 0);
    const total = seen.reduce((sum, count) => sum + count, 1);
    return shares.map((share, i) => (seen[i] + share) / total);
  }

  /** direct(c, x) and what common neighbours add. */
  private relatedness(c: number, x: number): number {
    if (c === x) return 1;
    const direct = this.adjacency.find(c, x) === undefined ? 0 : this.weightOf(x);
    return direct + this.commonNeighbours(c, x);
  }

  private commonNeighbours(c: number, x: number): number {
    const { adjacency } = this;
    const [few, many] = adjacency.degree(c) <= adjacency.degree(x) ? [c, x] : [x, c];
    const end = adjacency.offsets[few + 1];
    let sum = 0;
    let last = -1;
    for (let i = Math.max(adjacency.offsets[few], end - COMPARED_NEIGHBOURS); i < end; i++) {
      const neighbour = adjacency.entities[i];
      // Edges to one neighbour stand together.
      if (neighbour !== last && adjacency.find(many, neighbour) !== undefined) sum += this.weightOf(neighbour);
      last = neighbour;
    }
    return sum === 0 ? 0 : sum / Math.sqrt(adjacency.degree(c) * adjacency.degree(x));
  }

  private weightOf(entity: number): number {
    return 1 / Math.log2(1 + this.adjacency.degree(entity));
  }
}

/** A linker whose ambiguous mentions are resolved by context; texts without one cost nothing more. */
export class ContextLinker implements Linker {
  constructor(
    private readonly linker: Linker,
    private readonly resolver: AmbiguityResolver,
  ) {}

  link(text: string): Mention[] {
    const mentions = this.linker.link(text);
    if (!mentions.some(({ ambiguous }) => ambiguous)) return mentions;
    const linked = this.resolver.resolve(text, mentions).filter((mention) => mention.linked);
    return linked.map(({ start, end, entity, ambiguous }) => ({ start, end, entity, ambiguous }));
  }
}

function certain(entity: number): ScoredCandidate {
  return { entity, prior: 1, context: 0, score: 1 };
}

function shareOf(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  return values.map((value) => (total > 0 ? value / total : 1 / values.length));
}
