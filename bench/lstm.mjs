/**
 * The recurrent part of a training step: forward and backward pass of three bidirectional layers, 300 -> 512 each way, all
 * gradients, weights changed after every pass; against torch.nn.LSTM (bench/peers/lstm.py), passes in turn. `padded`: samples
 * all as long; `packed`: about three quarters as many tokens in samples of different lengths. On two threads the clock counts,
 * on one thread the processor's time, which other programs on the machine change less.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CounterRandom } from '../dist/base/random.js';
import { lstmParameters } from '../dist/engine/recurrent/lstm-shape.js';
import { LstmStack } from '../dist/engine/recurrent/lstm-stack.js';
import { startLinePeer } from './peers/line-peer.mjs';

const SHAPE = { inputSize: 300, hiddenSize: 512, layers: 3, bidirectional: true, dropout: 0 };
const LONGEST = 250;
const WARM_UP = 2;
const ROUNDS = 7;
/** Threads of the other side may still spin when a pass begins. */
const PAUSE_MS = 60;

export async function run({ python, emit }) {
  for (const threads of [1, 2]) {
    for (const samples of [8, 32]) {
      for (const way of ['padded', 'packed']) emit(await measured({ threads, samples, way }, python));
    }
  }
}

async function measured({ threads, samples, way }, python) {
  const lengths = way === 'padded' ? new Array(samples).fill(LONGEST) : raggedLengths(samples);
  const ours = await ourPasses(lengths, threads);
  const { inputSize: inputs, hiddenSize: hidden, layers } = SHAPE;
  const peer = python && startLinePeer(python, 'lstm.py', { inputs, hidden, layers, threads, lengths, way });
  const times = { ours: [], peer: [] };
  const counted = threads === 1 ? 'processor' : 'clock';
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    await sleep(PAUSE_MS);
    const own = await ours.pass();
    await sleep(PAUSE_MS);
    const other = peer ? JSON.parse(await peer.ask('step')) : undefined;
    if (round < 0) continue;
    times.ours.push(own[counted]);
    if (peer) times.peer.push(other[counted]);
  }
  peer?.stop();
  await ours.dispose();
  const [value, share] = [median(times.ours), lengths.reduce((sum, n) => sum + n, 0) / (samples * LONGEST)];
  const unit = counted === 'clock' ? 'ms' : 'ms of processor time';
  const name = `${way} batch ${samples}, ${threads} thread${threads === 1 ? '' : 's'}`;
  const record = { bench: 'lstm', case: name, value: round3(value), unit, threads, tokenShare: round3(share) };
  if (!peer) return record;
  const peerValue = median(times.peer);
  return { ...record, peer: `pytorch ${way}`, peerValue: round3(peerValue), ratio: round3(value / peerValue) };
}

async function ourPasses(lengths, threads) {
  const stack = await LstmStack.create(SHAPE, { threads });
  const random = new CounterRandom(1, 'bench.lstm');
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const filled = (length, stream, map) => Float32Array.from({ length }, (_, i) => map(random, stream, i));
  const rows = filled(tokens * SHAPE.inputSize, 0, (r, s, i) => r.normal(s, i));
  const gradient = filled(tokens * 2 * SHAPE.hiddenSize, 1, (r, s, i) => 1e-3 * r.normal(s, i));
  const bound = 1 / Math.sqrt(SHAPE.hiddenSize);
  const [weights, gradients] = [{}, {}];
  lstmParameters(SHAPE).forEach(({ name, shape }, index) => {
    const length = shape.reduce((product, side) => product * side, 1);
    weights[name] = filled(length, index + 2, (r, s, i) => bound * (2 * r.uniform(s, i) - 1));
    gradients[name] = new Float32Array(length);
  });
  let draw = 0;
  return {
    async pass() {
      const [start, before] = [performance.now(), process.cpuUsage()];
      await stack.forward(rows, Int32Array.from(lengths), weights, { seed: 1, draw: draw++ });
      await stack.backward(gradient, gradients);
      const { user, system } = process.cpuUsage(before);
      const time = { clock: performance.now() - start, processor: (user + system) / 1000 };
      for (const [name, values] of Object.entries(weights)) {
        const steps = gradients[name];
        for (let i = 0; i < values.length; i++) values[i] -= 1e-6 * steps[i];
      }
      return time;
    },
    dispose: () => stack.dispose(),
  };
}

/** From half as long as the longest to as long: about three quarters on average, one of them the longest. */
function raggedLengths(samples) {
  return Array.from({ length: samples }, (_, i) => LONGEST - Math.floor(((i * 7) % samples) * (LONGEST / 2 / samples)));
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function round3(value) {
  return Number(value.toPrecision(3));
}
