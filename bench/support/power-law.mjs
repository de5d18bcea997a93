/**
 * Directed edges between nodes drawn by a power law: g1 with 300,000 nodes and about 1 M distinct edges, g12 with 1 M nodes
 * and 12 M edges, parallel ones among them. The same on every machine.
 */
import { CounterRandom } from '../../dist/base/random.js';

const GRAPHS = {
  g1: { nodes: 300_000, draws: 1_040_000, distinct: true },
  g12: { nodes: 1_000_000, draws: 12_000_000, distinct: false },
};
/** Frequent nodes do not lie together: the factor is prime and divides no number of nodes. */
const SCRAMBLE = 99_991;

/** @param {'g1' | 'g12'} name @returns edges as src/graph/rank-edges.ts has them */
export function powerLawEdges(name) {
  const { nodes, draws, distinct } = GRAPHS[name];
  const random = new CounterRandom(1, 'bench.pagerank');
  const node = (side, i) => scrambled(Math.floor(nodes * random.uniform(side, i) ** 3), nodes);
  if (distinct) return distinctEdges(nodes, draws, node);
  const [heads, tails] = [new Uint32Array(draws), new Uint32Array(draws)];
  for (let i = 0; i < draws; i++) {
    heads[i] = node(0, i);
    tails[i] = node(1, i);
  }
  return { entityCount: nodes, heads, tails };
}

/** Each edge also backwards. */
export function bothWays({ entityCount, heads, tails }) {
  const joined = (a, b) => {
    const out = new Uint32Array(a.length + b.length);
    out.set(a);
    out.set(b, a.length);
    return out;
  };
  return { entityCount, heads: joined(heads, tails), tails: joined(tails, heads) };
}

/** A node by its place in the order of frequency, 0 the most frequent. */
export function scrambled(place, nodes) {
  return (place * SCRAMBLE) % nodes;
}

function distinctEdges(nodes, draws, node) {
  const codes = new Set();
  for (let i = 0; i < draws; i++) codes.add(node(0, i) * nodes + node(1, i));
  const [heads, tails] = [new Uint32Array(codes.size), new Uint32Array(codes.size)];
  let i = 0;
  for (const code of codes) {
    heads[i] = Math.floor(code / nodes);
    tails[i++] = code % nodes;
  }
  return { entityCount: nodes, heads, tails };
}
