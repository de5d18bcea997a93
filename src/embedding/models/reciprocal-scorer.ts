import type { TripleScorer } from '../embedding-model.js';

/**
 * A model with a second, reciprocal relation r + R for each r answers "which head" as "which tail of the tail" (Lacroix
 * et al. 2018); seen from outside it has R relations.
 */
export function reciprocalScorer(model: TripleScorer): TripleScorer {
  const relations = model.shape.relations / 2;
  return {
    shape: { ...model.shape, relations },
    scoreTriples: (heads, asked, tails, out) => model.scoreTriples(heads, asked, tails, out),
    scoreTails: (heads, asked, out) => model.scoreTails(heads, asked, out),
    scoreHeads: (asked, tails, out) =>
      model.scoreTails(
        tails,
        asked.map((relation) => relation + relations),
        out,
      ),
  };
}
