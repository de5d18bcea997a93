import { referenceComplexRows } from './complex-rows-reference.js';
import {
  blockGradients,
  correctAdam,
  type EmbeddingKernels,
  type RowBatch,
  type RowOwner,
  type Strided,
} from './embedding.js';
import { referenceLossKernels } from './embedding-losses-reference.js';
import { applyPlainMask, fillDropoutMask } from './plain-dropout-mask.js';

/**
 * The embedding kernels in plain TypeScript: what the WebAssembly ones have to compute, in double precision between
 * loads and stores. The oracle of their tests; runs everywhere, slowly.
 */
export const referenceEmbeddingKernels: EmbeddingKernels = {
  ...referenceLossKernels,
  ...referenceComplexRows,
  fillMask: (mask, rate, { seed, purpose, draw }) => fillDropoutMask(mask, rate, seed, purpose, draw),
  applyMask: applyPlainMask,
  product,
  blockGradients: (...block) => blockGradients(product, ...block),
  squaredNorms(rows, count, width, out) {
    for (let i = 0; i < count; i++) out[i] = dot(rows, i * width, rows, i * width, width);
  },
  negateDistances(p, m, n, stride, aNorms, bNorms) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const at = i * stride + j;
        p[at] = -Math.sqrt(Math.max(aNorms[i] + bNorms[j] - 2 * p[at], TINY));
      }
    }
  },
  distanceWeights(gradients, scores, m, n, stride, rho, column) {
    column.fill(0, 0, n);
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) {
        const at = i * stride + j;
        gradients[at] = gradients[at] / -scores[at];
        column[j] += gradients[at];
        sum += gradients[at];
      }
      rho[i] = sum;
    }
  },
  subtractScaledRows(out, rows, scales, count, width) {
    for (let at = 0; at < count * width; at++) out[at] -= scales[Math.floor(at / width)] * rows[at];
  },
  cityBlock(a, m, b, n, width, out, stride) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) out[i * stride + j] = -distance(a, i * width, b, j * width, width, 1);
    }
  },
  cityBlockBackward(a, m, b, n, width, gradients, stride, da, db) {
    da.fill(0, 0, m * width);
    db.fill(0, 0, n * width);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        for (let c = 0; c < width; c++) {
          const s = gradients[i * stride + j] * Math.sign(a[i * width + c] - b[j * width + c]);
          da[i * width + c] -= s;
          db[j * width + c] += s;
        }
      }
    }
  },
  pairScores(a, b, count, width, norm, out) {
    for (let i = 0; i < count; i++) out[i] = -distance(a, i * width, b, i * width, width, norm);
  },
  pairBackward(a, b, count, width, norm, scores, gradients, da, db) {
    for (let at = 0; at < count * width; at++) {
      const i = Math.floor(at / width);
      const u = a[at] - b[at];
      const d = norm === 1 ? -gradients[i] * Math.sign(u) : (gradients[i] / scores[i]) * u;
      da[at] += d;
      db[at] = -d;
    }
  },
  euclideanBackward(a, y, count, width, rho, scores, gradients, da, dy) {
    for (let at = 0; at < count * width; at++) da[at] -= rho[Math.floor(at / width)] * a[at];
    referenceEmbeddingKernels.pairBackward(a, y, count, width, 2, scores, gradients, da, dy);
  },
  gatherSums(table, ids, others, otherIds, scale, count, width, out) {
    for (let at = 0; at < count * width; at++) {
      const [p, c] = [Math.floor(at / width), at % width];
      out[at] = table[ids[p] * width + c] + scale * others[otherIds[p] * width + c];
    }
  },
  gather(table, ids, count, width, out) {
    for (let p = 0; p < count; p++) out.set(table.subarray(ids[p] * width, (ids[p] + 1) * width), p * width);
  },
  addScaled(a, b, scale, out, length) {
    for (let i = 0; i < length; i++) out[i] = a[i] + scale * b[i];
  },
  coalesce(ids, values, count, width, slots) {
    let distinct = 0;
    for (let end = count; distinct < end; ) {
      const seen = slots[ids[distinct]];
      if (seen < 0) {
        slots[ids[distinct]] = distinct;
        distinct++;
        continue;
      }
      for (let c = 0; c < width; c++) values[seen * width + c] += values[distinct * width + c];
      end--;
      ids[distinct] = ids[end];
      values.copyWithin(distinct * width, end * width, (end + 1) * width);
    }
    for (let p = 0; p < distinct; p++) slots[ids[p]] = -1;
    return distinct;
  },
  sumRows(ids, values, scale, count, width, _slots, out) {
    const places = new Map<number, number>();
    for (let p = 0; p < count; p++) {
      const known = places.get(ids[p]);
      const place = known ?? places.size;
      for (let c = 0; c < width; c++) {
        const sum = known === undefined ? 0 : out[place * width + c];
        out[place * width + c] = sum + scale * values[p * width + c];
      }
      places.set(ids[p], place);
    }
    ids.set([...places.keys()]);
    return places.size;
  },
  adagrad(table, state, rows, rate, epsilon, owner) {
    eachRow(rows, owner, (id, from) => {
      const { values, width } = rows;
      state[id] += dot(values, from, values, from, width) / width;
      const scale = rate / (Math.sqrt(state[id]) + epsilon);
      for (let c = 0; c < width; c++) table[id * width + c] -= scale * values[from + c];
    });
  },
  adagradDiagonal(table, state, rows, rate, epsilon, owner) {
    eachRow(rows, owner, (id, from) => {
      for (let c = 0; c < rows.width; c++) {
        const at = id * rows.width + c;
        state[at] += rows.values[from + c] ** 2;
        table[at] -= (rate * rows.values[from + c]) / (Math.sqrt(state[at]) + epsilon);
      }
    });
  },
  descend(table, rows, rate, owner) {
    eachRow(rows, owner, (id, from) => {
      for (let c = 0; c < rows.width; c++) table[id * rows.width + c] -= rate * rows.values[from + c];
    });
  },
  adam(table, first, second, rows, rate, constants, owner) {
    const { beta1, beta2, epsilon, correctedRate, correction } = correctAdam(rate, constants);
    eachRow(rows, owner, (id, from) => {
      for (let c = 0; c < rows.width; c++) {
        const at = id * rows.width + c;
        const g = rows.values[from + c];
        first[at] = beta1 * first[at] + (1 - beta1) * g;
        second[at] = beta2 * second[at] + (1 - beta2) * g * g;
        table[at] -= (correctedRate * first[at]) / (Math.sqrt(second[at]) * correction + epsilon);
      }
    });
  },
  normalise(table, ids, count, width, { owner, owners }) {
    for (let p = 0; p < count; p++) {
      if (ids[p] % owners !== owner) continue;
      const start = ids[p] * width;
      const length = Math.sqrt(dot(table, start, table, start, width));
      if (length > 0) for (let c = start; c < start + width; c++) table[c] /= length;
    }
  },
};

const TINY = 1e-12;

function product(m: number, n: number, k: number, a: Strided, b: Strided, c: Strided, accumulate: boolean): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a.data[i * a.row + p * a.column] * b.data[p * b.row + j * b.column];
      const at = i * c.row + j * c.column;
      c.data[at] = accumulate ? c.data[at] + sum : sum;
    }
  }
}

function dot(a: Float32Array, i: number, b: Float32Array, j: number, width: number): number {
  let sum = 0;
  for (let c = 0; c < width; c++) sum += a[i + c] * b[j + c];
  return sum;
}

function distance(a: Float32Array, i: number, b: Float32Array, j: number, width: number, norm: 1 | 2): number {
  let sum = 0;
  for (let c = 0; c < width; c++) sum += Math.abs(a[i + c] - b[j + c]) ** norm;
  return norm === 1 ? sum : Math.sqrt(Math.max(sum, TINY));
}

function eachRow(rows: RowBatch, { owner, owners }: RowOwner, visit: (id: number, from: number) => void): void {
  for (let p = 0; p < rows.count; p++) if (rows.ids[p] % owners === owner) visit(rows.ids[p], p * rows.width);
}
