/**
 * Build and ranking together on a power-law graph of 300,000 nodes and about 1 M distinct edges, L1 tolerance 1e-6, one
 * thread: from two edge arrays to ranks. Peers: graphology-metrics (in this process) and scipy (bench/peers/pagerank.py).
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CounterRandom } from '../dist/base/random.js';
import { loadRankSweep } from '../dist/engine/kernels/rank-sweep.js';
import { pageRank } from '../dist/graph/page-rank.js';

const NODES = 300_000;
const DRAWS = 1_040_000;
const TOLERANCE = 1e-6;
const SCIPY_ROUNDS = 15;
const GRAPHOLOGY_ROUNDS = 3;
/** Two answers that stop below the tolerance lie within this L1 distance: tolerance * damping / (1 - damping), twice. */
const AGREEMENT = 1.2e-5;

export async function run({ python, emit }) {
  const edges = powerLawEdges();
  const makeSweep = loadRankSweep();
  const ours = () => timed(() => pageRank(edges, { tolerance: TOLERANCE }, makeSweep));
  for (let i = 0; i < 3; i++) ours();
  if (python) emit(await againstScipy(python, edges, ours));
  emit(againstGraphology(edges, ours));
}

async function againstScipy(python, edges, ours) {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
  const [edgeFile, rankFile] = [join(folder, 'edges'), join(folder, 'ranks')];
  writeFileSync(edgeFile, Buffer.concat([Buffer.from(edges.heads.buffer), Buffer.from(edges.tails.buffer)]));
  const script = fileURLToPath(new URL('peers/pagerank.py', import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const child = spawn(python, [script, edgeFile, String(NODES), rankFile], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => JSON.parse((await answers.next()).value);
  try {
    const { version } = await answer();
    const times = { ours: [], theirs: [] };
    let ranks;
    for (let round = 0; round < SCIPY_ROUNDS; round++) {
      const mine = ours();
      ranks = mine.result.ranks;
      times.ours.push(mine.milliseconds);
      child.stdin.write('run\n');
      times.theirs.push((await answer()).ms);
    }
    const bytes = readFileSync(rankFile);
    checkAgreement(ranks, new Float64Array(bytes.buffer, bytes.byteOffset, NODES), 'scipy');
    return record('scipy', `scipy ${version}`, times);
  } finally {
    child.stdin.end();
    rmSync(folder, { recursive: true });
  }
}

/** Their tolerance is per node. */
function againstGraphology(edges, ours) {
  const require = createRequire(import.meta.url);
  const { DirectedGraph } = require('graphology');
  const pagerank = require('graphology-metrics/centrality/pagerank.js');
  const { version } = require('graphology-metrics/package.json');
  const theirs = () => {
    const graph = new DirectedGraph();
    for (let node = 0; node < NODES; node++) graph.addNode(node);
    for (let i = 0; i < edges.heads.length; i++) graph.addDirectedEdge(edges.heads[i], edges.tails[i]);
    return pagerank(graph, { tolerance: TOLERANCE / NODES, getEdgeWeight: null });
  };
  const times = { ours: [], theirs: [] };
  for (let round = 0; round < GRAPHOLOGY_ROUNDS; round++) {
    const mine = ours();
    const peer = timed(theirs);
    times.ours.push(mine.milliseconds);
    times.theirs.push(peer.milliseconds);
    const ranks = Float64Array.from({ length: NODES }, (_, node) => peer.result[node]);
    checkAgreement(mine.result.ranks, ranks, 'graphology-metrics');
  }
  return record('graphology', `graphology-metrics ${version}`, times);
}

/** Distinct edges, so that a simple graph holds them all. */
function powerLawEdges() {
  const random = new CounterRandom(1, 'bench.pagerank');
  const node = (side, i) => scrambled(Math.floor(NODES * random.uniform(side, i) ** 3));
  const distinct = new Set();
  for (let i = 0; i < DRAWS; i++) distinct.add(node(0, i) * NODES + node(1, i));
  const codes = [...distinct];
  return {
    entityCount: NODES,
    heads: Uint32Array.from(codes, (code) => Math.floor(code / NODES)),
    tails: Uint32Array.from(codes, (code) => code % NODES),
  };
}

/** Frequent nodes do not lie together: 99991 has no factor in common with the number of nodes. */
function scrambled(node) {
  return (node * 99_991) % NODES;
}

function timed(action) {
  const start = performance.now();
  const result = action();
  return { result, milliseconds: performance.now() - start };
}

function checkAgreement(ours, theirs, peer) {
  let distance = 0;
  for (let i = 0; i < NODES; i++) distance += Math.abs(ours[i] - theirs[i]);
  if (!(distance < AGREEMENT)) throw new Error(`our ranks and those of ${peer} differ by ${distance}`);
}

function record(name, peer, { ours, theirs }) {
  const [value, peerValue] = [median(ours), median(theirs)];
  return { bench: 'pagerank', case: name, value, unit: 'ms', threads: 1, peer, peerValue, ratio: value / peerValue };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
