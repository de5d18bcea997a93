import type { SlicedWork } from '../../base/sliced-work.js';
import type { TripleScorer } from '../embedding-model.js';

/**
 * The most plausible new edges of a whole relation, for example drugs for diseases: all pairs of the given heads and tails but
 * the known ones, scored in blocks, of which only the best are kept. Memory is a block of scores and the answer.
 */
export interface EdgeQuestion {
  readonly relation: number;
  /** Candidates, ascending. */
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  readonly limit: number;
  /** Edges of one head, at most; absent: any number. */
  readonly perHead?: number;
}

export interface SuggestedEdge {
  readonly head: number;
  readonly tail: number;
  readonly score: number;
}

export interface EdgeSuggestions {
  /** The most plausible first; ties by head, then tail. */
  readonly edges: SuggestedEdge[];
  /** Pairs that were scored; fewer than there are when the time was over. */
  readonly pairs: number;
  readonly complete: boolean;
}

/** Scores between pauses: ten milliseconds or so. */
const BLOCK_SCORES = 1 << 20;
const LARGEST_BLOCK = 256;

/** @param isKnown whether the graph has the edge; asked of few pairs */
export function* suggestEdges(
  scorer: TripleScorer,
  { relation, heads, tails, limit, perHead }: EdgeQuestion,
  isKnown: (head: number, tail: number) => boolean,
): SlicedWork<EdgeSuggestions> {
  const { entities } = scorer.shape;
  // Every question is scored against all entities: the fewer questions, the better.
  const asksTails = perHead !== undefined || heads.length <= tails.length;
  const [anchors, others] = asksTails ? [heads, tails] : [tails, heads];
  const size = Math.max(1, Math.min(LARGEST_BLOCK, Math.floor(BLOCK_SCORES / entities)));
  const scores = new Float32Array(size * entities);
  const best = new BestEdges(limit);
  let done = 0;
  for (; done < anchors.length; done += size) {
    const block = anchors.subarray(done, done + size);
    const relations = new Int32Array(block.length).fill(relation);
    if (asksTails) scorer.scoreTails(block, relations, scores);
    else scorer.scoreHeads(relations, block, scores);
    for (const [i, anchor] of block.entries()) {
      const row = scores.subarray(i * entities, (i + 1) * entities);
      const list = perHead === undefined ? best : new BestEdges(Math.min(perHead, limit));
      for (const other of others) {
        const score = row[other];
        const [head, tail] = asksTails ? [anchor, other] : [other, anchor];
        if (list.wants(score, head, tail) && head !== tail && !isKnown(head, tail)) list.add({ head, tail, score });
      }
      if (list !== best) for (const edge of list.sorted()) best.add(edge);
    }
    const isOver = yield;
    if (isOver) {
      done += size;
      break;
    }
  }
  const asked = Math.min(done, anchors.length);
  return { edges: best.sorted(), pairs: asked * others.length, complete: asked === anchors.length };
}

/** The best so far in a heap whose root is the worst of them. */
class BestEdges {
  private readonly heap: SuggestedEdge[] = [];

  constructor(private readonly limit: number) {}

  /** False for what would fall out again, and for scores that are not numbers. */
  wants(score: number, head: number, tail: number): boolean {
    if (this.heap.length < this.limit) return !Number.isNaN(score);
    const worst = this.heap[0];
    if (score !== worst.score) return score > worst.score;
    return isBetter({ head, tail, score }, worst);
  }

  add(edge: SuggestedEdge): void {
    if (!this.wants(edge.score, edge.head, edge.tail)) return;
    if (this.heap.length < this.limit) this.rise(this.heap.push(edge) - 1);
    else this.sink(edge);
  }

  sorted(): SuggestedEdge[] {
    return [...this.heap].sort((a, b) => (isBetter(a, b) ? -1 : 1));
  }

  private rise(at: number): void {
    const { heap } = this;
    for (let child = at; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!isBetter(heap[parent], heap[child])) return;
      [heap[parent], heap[child]] = [heap[child], heap[parent]];
      child = parent;
    }
  }

  /** In place of the root. */
  private sink(edge: SuggestedEdge): void {
    const { heap } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBetter(heap[child], heap[child + 1])) child++;
      if (!isBetter(edge, heap[child])) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = edge;
  }
}

function isBetter(a: SuggestedEdge, b: SuggestedEdge): boolean {
  return a.score !== b.score ? a.score > b.score : a.head !== b.head ? a.head < b.head : a.tail < b.tail;
}
