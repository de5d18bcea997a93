/**
 * Build and ranking together, from two edge arrays to ranks, L1 tolerance 1e-6: 1 M and 12 M edges (support/power-law.mjs),
 * one and two threads. Peers: scipy, NetworKit and igraph (peers/pagerank.py), and graphology-metrics in this process on 1 M.
 * A peer's rounds alternate with ours. Their ranks have to agree with ours.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRankSweep } from '../dist/engine/kernels/rank-sweep.js';
import { pageRank } from '../dist/graph/page-rank.js';
import { startLinePeer } from './peers/line-peer.mjs';
import { powerLawEdges } from './support/power-law.mjs';

const TOLERANCE = 1e-6;
const THREADS = [1, 2];
/** Threads of a peer, for each of ours: scipy's products and igraph's solver have one. */
const PEERS = {
  scipy: { threads: () => 1, rounds: { g1: 15, g12: 5 } },
  networkit: { threads: (ours) => ours, rounds: { g1: 7, g12: 3 } },
  igraph: { threads: () => 1, rounds: { g1: 5, g12: 1 } },
};
const GRAPHOLOGY_ROUNDS = 3;
/** Two answers that stop below the tolerance lie within this L1 distance: tolerance * damping / (1 - damping), twice. */
const AGREEMENT = 1.2e-5;

export async function run({ python, emit }) {
  for (const graph of ['g1', 'g12']) {
    const edges = powerLawEdges(graph);
    for (const threads of THREADS) {
      const ours = () => timed(() => pageRank(edges, { tolerance: TOLERANCE }, loadRankSweep(threads)));
      for (let i = 0; i < 2; i++) ours();
      const common = { bench: 'pagerank', unit: 'ms', threads };
      emit({ ...common, case: `${graph} alone`, edges: edges.heads.length, value: median(rounds(5, ours)) });
      if (python) await againstPython(python, graph, edges, ours, common, emit);
      if (graph === 'g1' && threads === 1)
        emit({ ...common, case: 'g1 graphology', ...againstGraphology(edges, ours) });
    }
  }
}

async function againstPython(python, graph, edges, ours, common, emit) {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
  const files = { edges: join(folder, 'edges'), ranks: join(folder, 'ranks') };
  writeFileSync(files.edges, Buffer.concat([Buffer.from(edges.heads.buffer), Buffer.from(edges.tails.buffer)]));
  try {
    for (const [library, peer] of Object.entries(PEERS)) {
      const threads = peer.threads(common.threads);
      const settings = { library, nodes: edges.entityCount, threads, ...files };
      const result = await inTurn(python, settings, peer.rounds[graph], ours);
      if (result) emit({ ...common, case: `${graph} ${library}`, ...result, peerThreads: threads });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns undefined when the library is not installed */
async function inTurn(python, settings, count, ours) {
  const peer = startLinePeer(python, 'pagerank.py', settings);
  const times = { ours: [], theirs: [] };
  try {
    const version = JSON.parse(await peer.ask('version'));
    if (version === null) return undefined;
    for (let round = 0; round < count; round++) {
      const mine = ours();
      times.ours.push(mine.milliseconds);
      times.theirs.push(JSON.parse(await peer.ask('run')).ms);
      if (round > 0) continue;
      const bytes = readFileSync(settings.ranks);
      checkAgreement(
        mine.result.ranks,
        new Float64Array(bytes.buffer, bytes.byteOffset, settings.nodes),
        settings.library,
      );
    }
    return compared(`${settings.library} ${version}`, times);
  } finally {
    peer.stop();
  }
}

/** Their tolerance is per node. */
function againstGraphology({ entityCount, heads, tails }, ours) {
  const require = createRequire(import.meta.url);
  const { DirectedGraph } = require('graphology');
  const pagerank = require('graphology-metrics/centrality/pagerank.js');
  const { version } = require('graphology-metrics/package.json');
  const theirs = () => {
    const graph = new DirectedGraph();
    for (let node = 0; node < entityCount; node++) graph.addNode(node);
    for (let i = 0; i < heads.length; i++) graph.addDirectedEdge(heads[i], tails[i]);
    return pagerank(graph, { tolerance: TOLERANCE / entityCount, getEdgeWeight: null });
  };
  const times = { ours: [], theirs: [] };
  for (let round = 0; round < GRAPHOLOGY_ROUNDS; round++) {
    const mine = ours();
    const peer = timed(theirs);
    times.ours.push(mine.milliseconds);
    times.theirs.push(peer.milliseconds);
    const ranks = Float64Array.from({ length: entityCount }, (_, node) => peer.result[node]);
    checkAgreement(mine.result.ranks, ranks, 'graphology-metrics');
  }
  return compared(`graphology-metrics ${version}`, times);
}

function compared(peer, { ours, theirs }) {
  const [value, peerValue] = [median(ours), median(theirs)];
  return { value, peer, peerValue, ratio: value / peerValue };
}

function checkAgreement(ours, theirs, peer) {
  let distance = 0;
  for (let i = 0; i < ours.length; i++) distance += Math.abs(ours[i] - theirs[i]);
  if (!(distance < AGREEMENT)) throw new Error(`our ranks and those of ${peer} differ by ${distance}`);
}

function rounds(count, action) {
  return Array.from({ length: count }, () => action().milliseconds);
}

function timed(action) {
  const start = performance.now();
  const result = action();
  return { result, milliseconds: performance.now() - start };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
