/**
 * Filtered ranking of FB15k-237's test triples, both sides, by the vectors of a TransE of width 200 that was trained for two
 * epochs: ours with two threads against PyKEEN's RankBasedEvaluator (peers/embed_evaluate.py) on the same vectors, at the
 * best of several batch sizes, tried on a part. Both have to give the same MRR.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLinePeer } from './peers/line-peer.mjs';
import { openTraining, TRANS_E_200 } from './support/embedding-recipes.mjs';
import { readSplits, writeColumns, writeVectors } from './support/split-files.mjs';

const THREADS = 2;
const EPOCHS = 2;
const ROUNDS = 5;
const BATCHES = [1024, 256, 64, 16];
/** Test triples that a batch size is tried on. */
const TRIED = 1024;
const AGREEMENT = 1e-5;

export async function run({ python, emit }) {
  const graph = readSplits('fb15k-237');
  if (graph === undefined) {
    process.stderr.write('skipped: ../shared/data not present\n');
    return;
  }
  const training = await openTraining(graph, TRANS_E_200, THREADS);
  for (let epoch = 0; epoch < EPOCHS; epoch++) training.epoch();
  const own = Array.from({ length: ROUNDS }, () => training.evaluate());
  const record = {
    ...{ bench: 'embed-evaluate', case: 'fb15k-237', unit: 'ms', threads: THREADS },
    ...{ triples: graph.test.heads.length, value: Math.round(median(own)), mrr: own[0].mrr },
  };
  emit(python ? { ...record, ...(await againstPyKeen(python, graph, training, own)) } : record);
  training.close();
}

async function againstPyKeen(python, graph, training, own) {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-bench-'));
  try {
    const peer = startLinePeer(python, 'embed_evaluate.py', {
      ...{ entities: graph.entities, relations: graph.relations, dimension: TRANS_E_200.dimension, threads: THREADS },
      ...writeVectors(folder, training.tables),
      ...writeColumns(folder, graph, ['train', 'valid', 'test']),
    });
    const version = JSON.parse(await peer.ask('version'));
    const ask = async (batch, count) => JSON.parse(await peer.ask(`evaluate ${batch} ${count}`));
    const tried = [];
    for (const batch of BATCHES) {
      await ask(batch, batch);
      tried.push({ batch, ms: (await ask(batch, TRIED)).ms });
    }
    const [{ batch }] = tried.sort((a, b) => a.ms - b.ms);
    const theirs = await ask(batch, graph.test.heads.length);
    // Before and after the peer, whose one run takes minutes.
    own.push(...Array.from({ length: ROUNDS }, () => training.evaluate()));
    peer.stop();
    if (!(Math.abs(theirs.mrr - own[0].mrr) < AGREEMENT)) {
      throw new Error(`our MRR is ${own[0].mrr}, PyKEEN's ${theirs.mrr}`);
    }
    const value = Math.round(median(own));
    return {
      ...{ value, peer: `PyKEEN ${version}, batches of ${batch}`, peerValue: Math.round(theirs.ms) },
      ...{ ratio: Number((value / theirs.ms).toPrecision(3)), peerMrr: theirs.mrr },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function median(runs) {
  return runs.map(({ ms }) => ms).sort((a, b) => a - b)[runs.length >> 1];
}
