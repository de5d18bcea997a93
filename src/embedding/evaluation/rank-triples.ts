/**
 * Ranks triples among all entities (Bordes et al. 2013, 4.1), or among those that fit the relation: distinct questions in
 * blocks, each block scored in one go. Several threads share the blocks out by number.
 */

import type { TripleScorer } from '../embedding-model.js';
import type { KnownTriples } from '../known-triples.js';
import type { Triples } from '../triples.js';
import type { CandidatePools } from './candidate-pools.js';
import type { RankSide, RankTable } from './rank-table.js';

/** Numbers that a block of scores may hold: 32 MB. */
const BLOCK_SCORES = 1 << 23;
const LARGEST_BLOCK = 256;

/**
 * Writes the ranks of this thread's questions.
 * @param known all triples that count as true, the ranked ones included
 * @param pools candidates by relation and side; absent: all entities
 */
export function rankTriples(
  scorer: TripleScorer,
  triples: Triples,
  known: KnownTriples,
  table: RankTable,
  { thread, threads }: { readonly thread: number; readonly threads: number },
  pools?: CandidatePools,
): void {
  const { entities } = scorer.shape;
  const size = questionsOfBlock(entities);
  let scores: Float32Array | undefined;
  let block = 0;
  for (const side of ['tail', 'head'] as const) {
    const questions = distinctQuestions(triples, side, scorer.shape.relations);
    const writer = new RankWriter(table, triples, known, side, pools);
    for (let from = 0; from < questions.length; from += size, block++) {
      if (block % threads !== thread) continue;
      scores ??= new Float32Array(size * entities);
      const asked = questions.slice(from, from + size);
      scoreQuestions(scorer, asked, side, scores);
      for (const [i, question] of asked.entries()) {
        writer.write(question, scores.subarray(i * entities, (i + 1) * entities));
      }
    }
  }
}

/** How many questions are scored in one go. */
export function questionsOfBlock(entities: number): number {
  return Math.max(1, Math.min(LARGEST_BLOCK, Math.floor(BLOCK_SCORES / entities)));
}

/** One distinct question and the places of the triples that ask it. */
export interface Question {
  readonly anchor: number;
  readonly relation: number;
  readonly places: number[];
}

/** Ordered by relation, which models that project by relation are fastest with. */
export function distinctQuestions(
  { heads, relations, tails }: Triples,
  side: RankSide,
  relationCount: number,
): Question[] {
  const anchors = side === 'tail' ? heads : tails;
  const questions = new Map<number, Question>();
  for (let at = 0; at < anchors.length; at++) {
    const key = anchors[at] * relationCount + relations[at];
    const question = questions.get(key);
    if (question) question.places.push(at);
    else questions.set(key, { anchor: anchors[at], relation: relations[at], places: [at] });
  }
  return [...questions.values()].sort((a, b) => a.relation - b.relation);
}

function scoreQuestions(scorer: TripleScorer, asked: readonly Question[], side: RankSide, scores: Float32Array): void {
  const anchors = Int32Array.from(asked, ({ anchor }) => anchor);
  const relations = Int32Array.from(asked, ({ relation }) => relation);
  if (side === 'tail') scorer.scoreTails(anchors, relations, scores);
  else scorer.scoreHeads(relations, anchors, scores);
}

class RankWriter {
  private readonly answers: Int32Array;
  private readonly optimistic: Float64Array;
  private readonly pessimistic: Float64Array;
  private readonly rawOptimistic: Float64Array;
  private readonly rawPessimistic: Float64Array;
  private readonly candidates: Float64Array;
  private readonly rawCandidates: Float64Array;

  constructor(
    table: RankTable,
    triples: Triples,
    private readonly known: KnownTriples,
    private readonly side: RankSide,
    private readonly pools?: CandidatePools,
  ) {
    this.answers = side === 'tail' ? triples.tails : triples.heads;
    this.optimistic = table.column(side, 'optimistic');
    this.pessimistic = table.column(side, 'pessimistic');
    this.rawOptimistic = table.column(side, 'rawOptimistic');
    this.rawPessimistic = table.column(side, 'rawPessimistic');
    this.candidates = table.column(side, 'candidates');
    this.rawCandidates = table.column(side, 'rawCandidates');
  }

  /** @param row [entities] scores of all entities */
  write({ anchor, relation, places }: Question, row: Float32Array): void {
    const others = this.side === 'tail' ? this.known.tails(anchor, relation) : this.known.heads(relation, anchor);
    const pool = this.pools?.of(relation, this.side);
    for (const at of places) this.writeOne(at, row, pool, others);
  }

  /**
   * A score that is not a number counts as better than the answer's: a broken model must not look good.
   * @param pool holds all that is known, as its pools were made of it
   */
  private writeOne(at: number, row: Float32Array, pool: Int32Array | undefined, known: readonly number[]): void {
    const answer = this.answers[at];
    let { notWorse, equal } = pool ? standingIn(pool, row, row[answer]) : standing(row, row[answer]);
    let candidates = pool?.length ?? row.length;
    this.rawCandidates[at] = candidates;
    this.rawPessimistic[at] = notWorse;
    this.rawOptimistic[at] = notWorse - Math.max(0, equal - 1);
    let last = -1;
    for (const entity of known) {
      if (entity === last || entity === answer) continue;
      last = entity;
      candidates--;
      if (!(row[entity] < row[answer])) notWorse--;
      if (row[entity] === row[answer]) equal--;
    }
    this.pessimistic[at] = notWorse;
    this.optimistic[at] = notWorse - Math.max(0, equal - 1);
    this.candidates[at] = candidates;
  }
}

interface Standing {
  notWorse: number;
  equal: number;
}

function standing(row: Float32Array, score: number): Standing {
  let notWorse = 0;
  let equal = 0;
  for (let entity = 0; entity < row.length; entity++) {
    if (!(row[entity] < score)) notWorse++;
    if (row[entity] === score) equal++;
  }
  return { notWorse, equal };
}

function standingIn(pool: Int32Array, row: Float32Array, score: number): Standing {
  let notWorse = 0;
  let equal = 0;
  for (const entity of pool) {
    if (!(row[entity] < score)) notWorse++;
    if (row[entity] === score) equal++;
  }
  return { notWorse, equal };
}
