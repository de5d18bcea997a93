/**
 * Questions to a trained model, each answered in one pass over the candidates: which tail, which head, which relation, and
 * which entities are alike. Answers are ordered by falling score, ties by id.
 */
import type { TripleScorer } from '../embedding-model.js';

export interface Scored {
  readonly id: number;
  readonly score: number;
}

/** Two of the three; the third is what is asked for. */
export type LinkQuestion =
  | { readonly head: number; readonly relation: number }
  | { readonly relation: number; readonly tail: number }
  | { readonly head: number; readonly tail: number };

/** @param accepts candidates that may be answers; default: all */
export function predictLinks(
  scorer: TripleScorer,
  question: LinkQuestion,
  limit: number,
  accepts?: (id: number) => boolean,
): Scored[] {
  return highest(scoresOf(scorer, question), limit, accepts);
}

function scoresOf(scorer: TripleScorer, question: LinkQuestion): Float32Array {
  const { entities, relations } = scorer.shape;
  if (!('relation' in question)) {
    const scores = new Float32Array(relations);
    const all = Int32Array.from({ length: relations }, (_, id) => id);
    scorer.scoreTriples(
      all.map(() => question.head),
      all,
      all.map(() => question.tail),
      scores,
    );
    return scores;
  }
  const scores = new Float32Array(entities);
  const relation = Int32Array.of(question.relation);
  if ('head' in question) scorer.scoreTails(Int32Array.of(question.head), relation, scores);
  else scorer.scoreHeads(relation, Int32Array.of(question.tail), scores);
  return scores;
}

/** Entities whose vectors point the same way (cosine), the asked one not among them. */
export function similarEntities(vectors: Float32Array, width: number, entity: number, limit: number): Scored[] {
  const asked = vectors.subarray(entity * width, (entity + 1) * width);
  return nearest(vectors, width, asked, limit, (id) => id !== entity);
}

/** What is to `c` as `b` is to `a` (Mikolov et al. 2013): nearest by cosine to b - a + c, none of the three. */
export function analogies(
  vectors: Float32Array,
  width: number,
  [a, b, c]: readonly [number, number, number],
  limit: number,
): Scored[] {
  const row = (id: number) => vectors.subarray(id * width, (id + 1) * width);
  const wanted = row(b).map((value, i) => value - row(a)[i] + row(c)[i]);
  return nearest(vectors, width, wanted, limit, (id) => id !== a && id !== b && id !== c);
}

function nearest(
  vectors: Float32Array,
  width: number,
  wanted: Float32Array,
  limit: number,
  accepts: (id: number) => boolean,
): Scored[] {
  const length = Math.hypot(...wanted) || 1;
  const scores = new Float32Array(vectors.length / width);
  for (let id = 0, at = 0; id < scores.length; id++) {
    let [product, square] = [0, 0];
    for (let c = 0; c < width; c++, at++) {
      product += vectors[at] * wanted[c];
      square += vectors[at] * vectors[at];
    }
    scores[id] = square > 0 ? product / (length * Math.sqrt(square)) : 0;
  }
  return highest(scores, limit, accepts);
}

/** The `limit` highest scores that are numbers, by a list kept in order: limits are small. */
function highest(scores: Float32Array, limit: number, accepts: (id: number) => boolean = () => true): Scored[] {
  const best: Scored[] = [];
  for (let id = 0; id < scores.length; id++) {
    const score = scores[id];
    if (Number.isNaN(score)) continue;
    if (best.length === limit && score <= best[limit - 1].score) continue;
    if (!accepts(id)) continue;
    let at = best.length;
    while (at > 0 && best[at - 1].score < score) at--;
    best.splice(at, 0, { id, score });
    if (best.length > limit) best.pop();
  }
  return best;
}
