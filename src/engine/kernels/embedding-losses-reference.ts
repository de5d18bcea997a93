import { type LossBlock, type LossKernels, type RowBlock, STRUCK } from './embedding-losses.js';

/** The loss kernels in plain TypeScript and double precision: the oracle of the WebAssembly ones. */
export const referenceLossKernels: LossKernels = {
  crossEntropyLoss(block) {
    return sumRows(block, (i, weight) => {
      const top = Math.max(block.positives[i], ...scoresOf(block, i));
      const others = exponentials(block, i, 1, top);
      const total = others + Math.exp(block.positives[i] - top);
      scaleRow(block, i, weight / total / block.m);
      block.positiveGradients[i] = (-weight * others) / total / block.m;
      return (weight * (Math.log(total) + top - block.positives[i])) / block.m;
    });
  },
  marginLoss(block, margin) {
    const { m, n, stride, positives, scores, positiveGradients, gradients } = block;
    return sumRows(block, (i, weight) => {
      const share = weight / (m * n);
      let loss = 0;
      positiveGradients[i] = 0;
      for (let j = 0; j < stride; j++) {
        const hinge = counts(block, i, j) ? Math.max(0, margin - positives[i] + scores[i * stride + j]) : 0;
        gradients[i * stride + j] = hinge > 0 ? share : 0;
        positiveGradients[i] -= hinge > 0 ? share : 0;
        loss += hinge * share;
      }
      return loss;
    });
  },
  logSigmoidLoss(block, gamma, temperature) {
    const { m, stride, positives, scores, positiveGradients, gradients } = block;
    return sumRows(block, (i, weight) => {
      const total = exponentials(block, i, temperature, Math.max(STRUCK, ...scoresOf(block, i)));
      const half = weight / (2 * m);
      positiveGradients[i] = -half * sigmoid(-gamma - positives[i]);
      let loss = half * softplus(-gamma - positives[i]);
      for (let at = i * stride; at < (i + 1) * stride; at++) {
        const p = total > 0 ? gradients[at] / total : 0;
        if (p > 0) loss += half * p * softplus(gamma + scores[at]);
        gradients[at] = half * p * sigmoid(gamma + scores[at]);
      }
      return loss;
    });
  },
  binaryLoss(block, low, high) {
    const { m, n, positives, positiveGradients } = block;
    return sumRows(block, (i, weight) => {
      const share = weight / (m * (n + 1));
      positiveGradients[i] = share * (sigmoid(positives[i]) - high);
      return share * (softplus(positives[i]) - high * positives[i]) + binaryRow(block, i, low, share);
    });
  },
  binaryRows(block, low) {
    const open = { ...block, positives: NONE, positiveGradients: NONE, positiveIds: new Int32Array(block.m).fill(-2) };
    return sumRows(open, (i) => binaryRow(open, i, low, 1 / (block.m * block.n)));
  },
  softmaxRows(block) {
    const open = { ...block, positives: NONE, positiveGradients: NONE, positiveIds: new Int32Array(block.m).fill(-2) };
    return sumRows(open, (i) => {
      const top = Math.max(...scoresOf(open, i));
      const total = exponentials(open, i, 1, top);
      scaleRow(open, i, 1 / total / block.m);
      return (Math.log(total) + top) / block.m;
    });
  },
};

const NONE = new Float32Array(0);

function sumRows(block: LossBlock, row: (i: number, weight: number) => number): number {
  let loss = 0;
  for (let i = 0; i < block.m; i++) loss += row(i, block.weights?.[i] ?? 1);
  return loss;
}

function binaryRow(block: LossBlock, i: number, low: number, share: number): number {
  const { stride, scores, gradients } = block;
  let loss = 0;
  for (let j = 0; j < stride; j++) {
    const s = scores[i * stride + j];
    gradients[i * stride + j] = counts(block, i, j) ? share * (sigmoid(s) - low) : 0;
    if (counts(block, i, j)) loss += share * (softplus(s) - low * s);
  }
  return loss;
}

function counts({ positiveIds, negativeIds, scores, stride }: LossBlock, i: number, j: number): boolean {
  return negativeIds[j] >= 0 && negativeIds[j] !== positiveIds[i] && scores[i * stride + j] > STRUCK;
}

function scoresOf(block: LossBlock, i: number): number[] {
  const row = Array.from({ length: block.stride }, (_, j) => j).filter((j) => counts(block, i, j));
  return row.map((j) => block.scores[i * block.stride + j]);
}

/** Writes exp(scale (score - top)) into the row of gradients. @returns their sum */
function exponentials(block: LossBlock, i: number, scale: number, top: number): number {
  let sum = 0;
  for (let j = 0; j < block.stride; j++) {
    const at = i * block.stride + j;
    block.gradients[at] = counts(block, i, j) ? Math.exp(scale * (block.scores[at] - top)) : 0;
    sum += block.gradients[at];
  }
  return sum;
}

function scaleRow({ gradients, stride }: RowBlock, i: number, factor: number): void {
  for (let at = i * stride; at < (i + 1) * stride; at++) gradients[at] *= factor;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
