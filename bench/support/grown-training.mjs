/**
 * Positives a second on graphs that grow, each in a process of its own, whose peak memory is given. Run as a program it
 * trains one of them: `node grown-training.mjs 2M`.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openTraining, TRANS_E_200 } from './embedding-recipes.mjs';
import { GROWN_GRAPHS, grownGraph } from './grown-graph.mjs';

const THREADS = 2;
/** Positives that are trained at least: whole epochs. */
const LEAST = 1_000_000;
const PROGRAM = fileURLToPath(import.meta.url);

/** @returns one record a graph, `value` in positives/s and `peak` in MB */
export async function grownTraining() {
  const records = [];
  for (const name of Object.keys(GROWN_GRAPHS)) {
    const { entities, triples } = GROWN_GRAPHS[name];
    const common = { case: `grown ${name}`, unit: 'positives/s', threads: THREADS, entities, triples };
    records.push({ ...common, ...(await trainedApart(name)) });
  }
  return records;
}

async function trainedApart(name) {
  const report = fileURLToPath(new URL('../peers/report-peak.mjs', import.meta.url));
  const child = spawn(process.execPath, ['--import', report, PROGRAM, name], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  const texts = { 1: '', 3: '' };
  for (const handle of [1, 3]) {
    child.stdio[handle].on('data', (chunk) => {
      texts[handle] += chunk;
    });
  }
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`training of ${name} ended with ${code}`);
  return { ...JSON.parse(texts[1]), peak: Math.round(Number(texts[3]) / 1024) };
}

async function trainGrown(name) {
  const training = await openTraining(grownGraph(GROWN_GRAPHS[name]), TRANS_E_200, THREADS);
  const epochs = [];
  for (let positives = 0; positives < LEAST; positives += training.positives) epochs.push(training.epoch());
  training.close();
  const milliseconds = epochs.reduce((sum, { ms }) => sum + ms, 0);
  const value = Math.round((1000 * epochs.length * training.positives) / milliseconds);
  process.stdout.write(JSON.stringify({ value, loss: epochs.at(-1).loss, epochs: epochs.length }));
}

if (process.argv[1] === PROGRAM) await trainGrown(process.argv[2]);
