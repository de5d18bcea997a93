/**
 * Training of graph embeddings, in positives a second (a positive = one training triple with its update), two threads:
 * TransE, in ordered rounds and lock-free, against DGL-KE's loop in PyTorch with two Hogwild processes, whose rounds alternate
 * with ours; TransR against PyKEEN at its best batch size; graphs that grow; and how near to the machine's peaks training
 * comes, phase by phase.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLinePeer } from './peers/line-peer.mjs';
import { DGL_KE, DGL_KE_LOCK_FREE, openTraining, TRANS_R } from './support/embedding-recipes.mjs';
import { grownTraining } from './support/grown-training.mjs';
import { machinePeaks } from './support/machine-peaks.mjs';
import { readSplits, writeColumns } from './support/split-files.mjs';
import { trainingPhases } from './support/training-phases.mjs';

const THREADS = 2;
const ROUNDS = 5;
const TRANS_R_ROUNDS = 3;
/** Positives that share 200 negatives: as DGL-KE has it by default, and as ours has it. */
const DGL_KE_CHUNKS = [200, 1000];
/** PyKEEN's batches, with one negative; the largest first, so that its memory has grown. */
const PYKEEN_BATCHES = [4096, 1024, 256];
/** Batches that a rate is measured over. */
const PYKEEN_COUNT = 4;
/** Batch and triples with as many negatives as ours: a matrix of 160 kB is gathered for each. */
const PYKEEN_MANY = { batch: 16, count: 32 };

export async function run({ python, emit }) {
  const graph = readSplits('fb15k-237');
  if (graph === undefined) process.stderr.write('skipped in part: ../shared/data not present\n');
  else {
    const folder = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
    const { train: triples } = writeColumns(folder, graph, ['train']);
    const peers = python && { python, triples };
    try {
      await transE(graph, peers, emit);
      await transR(graph, peers, emit);
      await limit(graph, emit);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  for (const record of await grownTraining()) emit({ bench: 'embed-train', ...record });
}

/** After each round all sides have trained as many positives. */
async function transE(graph, peers, emit) {
  const sides = [
    { name: 'transe-l2', training: await openTraining(graph, DGL_KE, THREADS), rounds: [] },
    { name: 'transe-l2, lock-free', training: await openTraining(graph, DGL_KE_LOCK_FREE, THREADS), rounds: [] },
  ];
  const others = peers ? DGL_KE_CHUNKS.map((chunk) => ({ chunk, peer: dglKe(graph, peers, chunk), rounds: [] })) : [];
  const batches = Math.round(graph.train.heads.length / DGL_KE.chunk / THREADS);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { training, rounds } of sides) rounds.push(training.epoch());
    for (const { peer, rounds } of others) rounds.push(JSON.parse(await peer.ask(`train ${batches}`)));
  }
  for (const { training } of sides) training.close();
  for (const { peer } of others) peer.stop();
  for (const { name, rounds: ours } of sides) {
    const common = { ...record(name, ours), negatives: DGL_KE.negatives, loss: last(ours) };
    emit(common);
    for (const { chunk, rounds } of others) {
      const [{ positives, negatives }] = rounds;
      if (negatives !== positives * DGL_KE.negatives) throw new Error('the peer has another number of negatives');
      const peer = `DGL-KE's loop in PyTorch, ${THREADS} processes, ${chunk} positives share negatives`;
      emit({ ...common, ...compared(peer, ours, rounds), peerLoss: last(rounds) });
    }
  }
}

function dglKe({ entities, relations }, { python, triples }, chunk) {
  const { dimension, chunk: batch, negatives, gamma, rate } = DGL_KE;
  const sizes = { entities, relations, dimension, batch, chunk, negatives };
  return startLinePeer(python, 'embed_train.py', { triples, ...sizes, gamma, rate, processes: THREADS, seed: 1 });
}

async function transR(graph, peers, emit) {
  const training = await openTraining(graph, TRANS_R, THREADS);
  const ours = [training.epoch()];
  if (peers) await againstPyKeen(graph, peers, training, ours, emit);
  else for (let round = 0; round < TRANS_R_ROUNDS; round++) ours.push(training.epoch());
  training.close();
  emit({ ...record('transr', ours), negatives: TRANS_R.negatives, loss: last(ours) });
}

async function againstPyKeen({ entities, relations }, { python, triples }, training, ours, emit) {
  const sizes = { entities, relations, dimension: TRANS_R.dimension };
  const peer = startLinePeer(python, 'pykeen_train.py', { triples, ...sizes, threads: THREADS, seed: 1 });
  const version = JSON.parse(await peer.ask('version'));
  const train = async (batch, negatives, positives) => {
    const ms = Number(await peer.ask(`train ${batch} ${negatives} ${positives}`));
    return { batch, positives, ms };
  };
  const tried = [];
  for (const batch of PYKEEN_BATCHES) {
    await train(batch, 1, batch);
    tried.push(await train(batch, 1, PYKEEN_COUNT * batch));
  }
  const [{ batch }] = tried.sort((a, b) => rateOf(b) - rateOf(a));
  const theirs = [];
  for (let round = 0; round <= TRANS_R_ROUNDS; round++) {
    ours.push(training.epoch());
    theirs.push(await train(batch, 1, PYKEEN_COUNT * batch));
  }
  const many = await train(PYKEEN_MANY.batch, TRANS_R.negatives, PYKEEN_MANY.count);
  peer.stop();
  const common = { ...record('transr', ours), negatives: TRANS_R.negatives };
  emit({ ...common, ...compared(`PyKEEN ${version}, batches of ${batch}`, ours, theirs), peerNegatives: 1 });
  const name = `PyKEEN ${version}, batches of ${many.batch}`;
  emit({ ...common, ...compared(name, ours, [many, many]), peerNegatives: TRANS_R.negatives });
}

/** Shares of the peaks, and of the leading thread's time by phase. */
async function limit(graph, emit) {
  const peaks = await machinePeaks(DGL_KE, THREADS);
  const { phases, rate } = await trainingPhases(() => openTraining(graph, DGL_KE, THREADS), DGL_KE);
  const { dimension: d, negatives: n, chunk: m } = DGL_KE;
  // Three products: scores, and the gradients of anchors and of negatives.
  const gigaflops = (rate * 6 * n * d) / 1e9;
  const common = { bench: 'embed-train', threads: THREADS };
  emit({
    ...common,
    case: 'product-peak',
    value: round(peaks.gigaflops),
    unit: 'GFLOP/s',
    shape: `${m} x ${n} x ${d}`,
  });
  emit({ ...common, case: 'memory-peak', value: round(peaks.gigabytes), unit: 'GB/s' });
  emit({ ...common, case: 'product-share', value: round(gigaflops / peaks.gigaflops), unit: 'of the peak', rate });
  for (const { phase, share, bandwidth } of phases) {
    const ofPeak = bandwidth && { memory: round((bandwidth * THREADS) / peaks.gigabytes) };
    emit({ ...common, case: `phase ${phase}`, value: round(share), unit: 'of the time', ...ofPeak });
  }
}

function record(name, ours) {
  return {
    bench: 'embed-train',
    case: name,
    value: Math.round(medianRate(ours)),
    unit: 'positives/s',
    threads: THREADS,
  };
}

/** A ratio is our time over the peer's for the same number of positives. */
function compared(peer, ours, theirs) {
  const peerValue = medianRate(theirs);
  return { peer, peerValue: round(peerValue), ratio: round(peerValue / medianRate(ours)) };
}

/** The first round warms up. */
function medianRate([, ...rounds]) {
  return rounds.map(rateOf).sort((a, b) => a - b)[rounds.length >> 1];
}

function rateOf({ positives, ms }) {
  return (1000 * positives) / ms;
}

function last(rounds) {
  return round(rounds.at(-1).loss);
}

function round(value) {
  return Number(value.toPrecision(4));
}
