import {
  bestThreshold,
  type CurveFigures,
  curveFigures,
  type ScoredExamples,
  type ThresholdFigures,
  thresholdFigures,
} from '../../nn/metrics/binary-figures.js';
import type { TripleScorer } from '../embedding-model.js';
import { KnownTriples } from '../known-triples.js';
import { selectTriples, type Triples, tripleCount } from '../triples.js';
import { CandidatePools } from './candidate-pools.js';
import { corruptTriples } from './corrupt-triples.js';

/**
 * Triple classification (Socher et al. 2013, 4.1): is a triple true? Each held-out triple stands beside one with a replaced
 * head or tail; a relation's triples are called true from a score on that was best for its validation triples. A relation
 * without validation triples has the threshold that was best for all together.
 */
export interface ClassificationReport {
  /** Scores of all relations in one curve; thresholds by relation. */
  readonly overall: CurveFigures & Partial<ThresholdFigures>;
  /** Mean over relations with both true and false triples, each alike. */
  readonly relationMean: Pick<CurveFigures, 'rocAuc' | 'averagePrecision'>;
  /** One threshold for all relations; absent without validation triples. */
  readonly globalThreshold?: ThresholdFigures & { readonly threshold: number };
  /** By id. */
  readonly relations: ReadonlyMap<number, RelationClassification>;
  /** Triples that no false one could be drawn for; they are in none of the figures. */
  readonly leftOut: number;
}

export interface RelationClassification extends CurveFigures, Partial<ThresholdFigures> {
  readonly threshold?: number;
  /** Whether it is that of all relations together. */
  readonly isGlobal?: boolean;
}

export interface ClassificationData {
  /** Thresholds are chosen by it; may be empty: then there are none. */
  readonly valid: Triples;
  readonly test: Triples;
  /** All that count as true, the classified ones included. */
  readonly known: readonly Triples[];
}

export interface ClassificationOptions {
  /** Replacing entities are known at that side of the relation, as in Socher et al.; otherwise any. */
  readonly typed: boolean;
  readonly seed: number;
}

/** Of the draws of false triples. */
const STEPS = { valid: 0, test: 1 };

/** Examples in the order of relations. */
interface Examples extends ScoredExamples {
  readonly relations: Int32Array;
}

export function classifyTriples(
  scorer: TripleScorer,
  { valid, test, known: lists }: ClassificationData,
  { typed, seed }: ClassificationOptions,
): ClassificationReport {
  const known = new KnownTriples(scorer.shape, ...lists);
  const pools = typed ? new CandidatePools(scorer.shape, lists) : undefined;
  const examplesOf = (triples: Triples, step: number) => {
    const corrupted = corruptTriples(triples, known, scorer.shape, seed, step, pools);
    return scoreExamples(scorer, selectTriples(triples, corrupted.places), corrupted.triples);
  };
  const chosen = thresholdsOf(examplesOf(valid, STEPS.valid));
  const examples = examplesOf(test, STEPS.test);
  return reportOf(examples, tripleCount(test) - examples.scores.length / 2, chosen);
}

interface Thresholds {
  readonly global: number;
  readonly own: ReadonlyMap<number, number>;
}

function thresholdsOf(examples: Examples): Thresholds | undefined {
  if (examples.scores.length === 0) return undefined;
  const own = [...byRelation(examples)].map(([relation, part]) => [relation, bestThreshold(part)] as const);
  return { global: bestThreshold(examples), own: new Map(own) };
}

function reportOf(examples: Examples, leftOut: number, chosen: Thresholds | undefined): ClassificationReport {
  const thresholdOf = (relation: number) => chosen?.own.get(relation) ?? chosen?.global ?? Number.NaN;
  const relations = new Map<number, RelationClassification>();
  for (const [relation, part] of byRelation(examples)) {
    const threshold = thresholdOf(relation);
    const judged = chosen && {
      threshold,
      isGlobal: !chosen.own.has(relation),
      ...thresholdFigures(part, () => threshold),
    };
    relations.set(relation, { ...curveFigures(part), ...judged });
  }
  return {
    overall: {
      ...curveFigures(examples),
      ...(chosen && thresholdFigures(examples, (at) => thresholdOf(examples.relations[at]))),
    },
    relationMean: meanOf(relations),
    ...(chosen && {
      globalThreshold: { threshold: chosen.global, ...thresholdFigures(examples, () => chosen.global) },
    }),
    relations,
    leftOut,
  };
}

function meanOf(relations: ReadonlyMap<number, RelationClassification>): ClassificationReport['relationMean'] {
  const both = [...relations.values()].filter(({ positives, negatives }) => positives > 0 && negatives > 0);
  const mean = (of: 'rocAuc' | 'averagePrecision') => both.reduce((sum, one) => sum + one[of], 0) / both.length;
  return { rocAuc: mean('rocAuc'), averagePrecision: mean('averagePrecision') };
}

/** As many positives as negatives. */
function scoreExamples(scorer: TripleScorer, positives: Triples, negatives: Triples): Examples {
  const m = tripleCount(positives);
  const relationAt = (at: number) => (at < m ? positives.relations[at] : negatives.relations[at - m]);
  // Models that project by relation score runs of one relation at once.
  const order = Uint32Array.from({ length: 2 * m }, (_, at) => at).sort((a, b) => relationAt(a) - relationAt(b));
  const column = (name: keyof Triples) =>
    Int32Array.from(order, (at) => (at < m ? positives[name][at] : negatives[name][at - m]));
  const relations = column('relations');
  const scores = new Float32Array(2 * m);
  scorer.scoreTriples(column('heads'), relations, column('tails'), scores);
  const truth = Uint8Array.from(order, (at) => (at < m ? 1 : 0));
  return { relations, truth, scores: Float64Array.from(scores, worstIfNone(truth)) };
}

/** A score that is not a number is on the wrong side: a broken model must not look good. */
function worstIfNone(truth: Uint8Array): (score: number, at: number) => number {
  return (score, at) => {
    if (!Number.isNaN(score)) return score;
    return truth[at] === 1 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  };
}

/** Runs of equal relation. */
function* byRelation({ relations, scores, truth }: Examples): Generator<[number, ScoredExamples]> {
  for (let from = 0; from < relations.length; ) {
    let to = from;
    while (to < relations.length && relations[to] === relations[from]) to++;
    yield [relations[from], { scores: scores.subarray(from, to), truth: truth.subarray(from, to) }];
    from = to;
  }
}
