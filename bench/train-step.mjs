// One training step: forward, backward and AdamW, against eager PyTorch doing the same (bench/peers/train_step.py).
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { CounterRandom } from '../dist/base/random.js';
import { createEngine } from '../dist/engine/create-engine.js';
import { bertParameterSpecs, bertTrainingProgram } from '../dist/nn/bert-pretraining.js';
import { lossAndGradients } from '../dist/nn/gradients.js';
import { ADAMW_DEFAULTS, AdamW } from '../dist/nn/optimizers/adamw.js';
import { ParameterStore } from '../dist/nn/parameter-store.js';
import { StepRunner } from '../dist/nn/step-runner.js';
import { encoderLayer, encoderParameterSpecs, WORD_TABLE } from '../dist/nn/transformer-encoder.js';
import { startLinePeer } from './peers/line-peer.mjs';
import { machinePeaks } from './support/machine-peaks.mjs';
import { electraTask } from './tasks/electra.mjs';
import { smedbertTasks } from './tasks/smedbert.mjs';

const MINI = {
  layers: 4,
  hidden: 312,
  heads: 12,
  inner: 1200,
  vocabulary: 21128,
  samples: 32,
  tokens: 128,
  masked: 614,
};
const LAYER = { layers: 1, hidden: 768, heads: 12, inner: 3072, vocabulary: 2, samples: 8, tokens: 128, masked: 0 };
const BASE = { ...LAYER, layers: 12, vocabulary: 21128, masked: 154 };
/** ELECTRA-small on samples of 250 tokens: encoder and replaced tokens. */
const ELECTRA = {
  ...{ layers: 12, hidden: 256, embedding: 128, heads: 4, inner: 1024, vocabulary: 30522 },
  ...{ samples: 8, tokens: 250, masked: 0 },
};
const CASES = [
  { name: 'mini', sizes: MINI, rounds: 9, task: bertTask },
  { name: 'base-layer', sizes: LAYER, rounds: 25, task: layerTask },
  { name: 'mini-huggingface', sizes: MINI, rounds: 5, task: bertTask },
  { name: 'base', sizes: BASE, rounds: 5, task: bertTask },
  { name: 'base-huggingface', sizes: BASE, rounds: 5, task: bertTask },
  { name: 'electra-small', sizes: ELECTRA, rounds: 15, task: electraTask },
];
/** Threads of the other side may still spin when a step begins. */
const PAUSE_MS = 60;
const WARM_UP = 2;
const SMEDBERT_ROUNDS = 9;

export async function run({ python, emit }) {
  const threads = availableParallelism();
  for (const { name, sizes, rounds, task } of CASES) {
    const ours = await ourSteps(task(sizes), threads);
    const peer = python && startLinePeer(python, 'train_step.py', { case: name, threads, ...sizes });
    const times = { ours: [], peer: [] };
    for (let round = -WARM_UP; round < rounds; round++) {
      await sleep(PAUSE_MS);
      const own = await ours.step();
      await sleep(PAUSE_MS);
      const other = peer ? Number(await peer.ask('step')) : undefined;
      if (round < 0) continue;
      times.ours.push(own);
      if (peer) times.peer.push(other);
    }
    peer?.stop();
    await ours.dispose();
    const result = record(name, threads, times, name.endsWith('huggingface') ? 'transformers' : 'pytorch');
    emit({ ...result, ...(await shareOfPeak(name, sizes, result.value, threads)) });
  }
  emit(await smedbertCase(threads));
}

/** Part of what the runtime reaches in plain products of the feed-forward's shape, by the operations of the step's products. */
async function shareOfPeak(name, sizes, milliseconds, threads) {
  if (name.endsWith('huggingface')) return {};
  const { samples, tokens, hidden, inner } = sizes;
  const shape = { chunk: (samples * tokens) / threads, negatives: inner, dimension: hidden };
  const { gigaflops: peak } = await machinePeaks(shape, threads);
  const gigaflops = productOperations(sizes) / 1e6 / milliseconds;
  return { gigaflops: round(gigaflops), peakGigaflops: round(peak), shareOfPeak: round(gigaflops / peak) };
}

/** Multiplications and additions of a step's products: forward once, backward twice. */
function productOperations({ layers, hidden: d, inner, vocabulary, samples, tokens, masked }) {
  const n = samples * tokens;
  const layer = 2 * n * (4 * d * d + 2 * d * inner) + 4 * n * tokens * d;
  const heads = 2 * masked * (d * d + d * vocabulary) + 2 * samples * d * d;
  return 3 * (layers * layer + (masked > 0 ? heads : 0));
}

/** What the graph costs: our SMedBERT step over our plain BERT step of the same sizes, in turn. */
async function smedbertCase(threads) {
  const tasks = smedbertTasks(encoderConfig(MINI), MINI);
  const steps = { ours: await ourSteps(tasks.smedbert(), threads), peer: await ourSteps(tasks.bert(), threads) };
  const times = { ours: [], peer: [] };
  for (let round = -WARM_UP; round < SMEDBERT_ROUNDS; round++) {
    for (const side of ['ours', 'peer']) {
      await sleep(PAUSE_MS);
      const time = await steps[side].step();
      if (round >= 0) times[side].push(time);
    }
  }
  for (const { dispose } of Object.values(steps)) await dispose();
  return record('smedbert', threads, times, 'our plain BERT');
}

function record(name, threads, { ours, peer }, peerName) {
  const value = median(ours);
  const own = { bench: 'train-step', case: name, value: round(value), unit: 'ms', threads };
  if (peer.length === 0) return own;
  return { ...own, peer: peerName, peerValue: round(median(peer)), ratio: round(value / median(peer)) };
}

async function ourSteps(task, threads) {
  const engine = await createEngine('onnx', threads);
  const runner = new StepRunner(task, engine, 1);
  const optimizer = new AdamW(ADAMW_DEFAULTS);
  let number = 0;
  return {
    async step() {
      const start = performance.now();
      await runner.run(task.batch(number, 0), number);
      optimizer.step(task.store, ++number, 1e-4, 1);
      return performance.now() - start;
    },
    dispose: () => runner.dispose(),
  };
}

/** A whole BERT with both heads; logits at masked positions only. */
function bertTask(sizes) {
  const config = encoderConfig(sizes);
  const store = new ParameterStore(bertParameterSpecs(config), 1);
  const shape = { samples: sizes.samples, tokens: sizes.tokens, maskedTokens: sizes.masked };
  const batch = {
    key: 'bert',
    inputs: bertBatch(sizes),
    lookups: { words: numbers(sizes, 'ids', sizes.samples * sizes.tokens) },
  };
  return {
    store,
    program: () => bertTrainingProgram(store, config, shape),
    lookups: { wordRows: { table: WORD_TABLE, ids: 'words' } },
    dropoutRate: () => 0,
    batch: () => batch,
  };
}

/** One encoder layer alone, with the mean square of its change as the loss. */
function layerTask(sizes) {
  const config = encoderConfig(sizes);
  const specs = encoderParameterSpecs(config).filter(({ name }) => name.startsWith('bert.encoder.'));
  const store = new ParameterStore(specs, 1);
  const { samples: b, tokens: s, hidden: d } = sizes;
  const random = new CounterRandom(1, 'bench.hidden');
  const hidden = Float32Array.from({ length: b * s * d }, (_, i) => random.normal(0, i));
  const batch = { key: 'layer', inputs: { hidden, mask: new Float32Array(b * s) }, lookups: {} };
  const float = (...shape) => ({ shape, dtype: 'float32' });
  const program = {
    name: 'base layer',
    inputs: { ...store.signature(), hidden: float(b * s, d), mask: float(b, 1, 1, s) },
    build(inputs) {
      const wrt = Object.fromEntries([...store.names(), 'hidden'].map((name) => [name, inputs[name]]));
      const output = () => encoderLayer(inputs.hidden, 0, inputs.mask, inputs, config, {});
      const loss = () => ({ total: tf.mean(tf.square(tf.sub(output(), inputs.hidden))) });
      const { losses, gradients } = lossAndGradients(loss, wrt);
      const named = Object.entries(gradients).map(([name, value]) => [`gradient.${name}`, value]);
      return { 'loss.total': losses.total, ...Object.fromEntries(named) };
    },
  };
  return { store, program: () => program, lookups: {}, dropoutRate: () => 0, batch: () => batch };
}

function encoderConfig({ layers, hidden, heads, inner, vocabulary }) {
  return {
    ...{ vocabularySize: vocabulary, hiddenSize: hidden, layers, heads, intermediateSize: inner },
    ...{ maximumPositions: 512, typeVocabularySize: 2, layerNormEpsilon: 1e-12, initializerRange: 0.02 },
    ...{ hiddenDropout: 0, attentionDropout: 0 },
  };
}

function bertBatch(sizes) {
  const { samples: b, tokens: s, masked: p } = sizes;
  const maskedPositions = Int32Array.from({ length: p }, (_, i) => Math.floor((i * b * s) / p));
  const maskedSlots = new Int32Array(b * s).fill(p);
  maskedPositions.forEach((position, i) => {
    maskedSlots[position] = i;
  });
  return {
    segmentIds: Int32Array.from({ length: b * s }, (_, i) => (i % s < s / 2 ? 0 : 1)),
    attentionMask: new Float32Array(b * s).fill(1),
    maskedPositions,
    maskedSlots,
    maskedLabels: numbers(sizes, 'labels', p),
    maskedWeights: new Float32Array(p).fill(1),
    orderLabels: Int32Array.from({ length: b }, (_, i) => i % 2),
    orderWeights: new Float32Array(b).fill(1),
  };
}

function numbers({ vocabulary }, purpose, length) {
  const random = new CounterRandom(1, `bench.${purpose}`);
  return Int32Array.from({ length }, (_, i) => random.below(vocabulary, 0, i));
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function round(value) {
  return Number(value.toPrecision(4));
}
