import type { ComplexRowKernels } from './complex-rows.js';

/** The kernels over complex rows in plain TypeScript: the oracle of the WebAssembly ones. */
export const referenceComplexRows: ComplexRowKernels = {
  multiply(a, b, out, length) {
    for (let c = 0; c < length; c++) out[c] = a[c] * b[c];
  },
  swapHalves(rows, count, width, scale, out) {
    const half = width / 2;
    for (let at = 0; at < count * width; at++) {
      const c = at % width;
      out[at] = scale * rows[at - c + ((c + half) % width)];
    }
  },
  complexMultiply(a, b, sign, out, count, width) {
    eachPart(count, width, (re, im) => {
      const [x, y, u, v] = [a[re], a[im], b[re], sign * b[im]];
      out[re] = x * u - y * v;
      out[im] = x * v + y * u;
    });
  },
  unitComplex(phases, count, half, out) {
    eachPart(count, 2 * half, (re, im, at) => {
      out[re] = Math.cos(phases[at]);
      out[im] = Math.sin(phases[at]);
    });
  },
  phaseGradients(units, gradients, count, half, out) {
    eachPart(count, 2 * half, (re, im, at) => {
      out[at] = gradients[im] * units[re] - gradients[re] * units[im];
    });
  },
  pairProducts(a, b, count, width, out) {
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let at = i * width; at < (i + 1) * width; at++) sum += a[at] * b[at];
      out[i] = sum;
    }
  },
  addScaledRows(out, rows, scales, count, width) {
    for (let at = 0; at < count * width; at++) out[at] += scales[Math.floor(at / width)] * rows[at];
  },
  penalty(rows, count, width, power, isComplex, weight, gradients) {
    let sum = 0;
    const add = (at: number[]) => {
      const modulus = Math.hypot(...at.map((one) => rows[one]));
      sum += modulus ** power;
      for (const one of at) gradients[one] += weight * power * modulus ** (power - 2) * rows[one];
    };
    if (isComplex) eachPart(count, width, (re, im) => add([re, im]));
    else for (let at = 0; at < count * width; at++) add([at]);
    return weight * sum;
  },
  modulusBlock(a, m, b, n, width, out, stride) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) out[i * stride + j] = -modulusDistance(a, i, b, j, width);
    }
  },
  modulusBlockBackward(a, m, b, n, width, gradients, stride, da, db) {
    da.fill(0, 0, m * width);
    db.fill(0, 0, n * width);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) pairBackward(a, i, b, j, width, gradients[i * stride + j], da, db);
    }
  },
  modulusPairs(a, b, count, width, out) {
    for (let i = 0; i < count; i++) out[i] = -modulusDistance(a, i, b, i, width);
  },
  modulusPairsBackward(a, b, count, width, gradients, da, db) {
    db.fill(0, 0, count * width);
    for (let i = 0; i < count; i++) pairBackward(a, i, b, i, width, gradients[i], da, db);
  },
};

const TINY = 1e-12;

/** Visits the places of real and imaginary parts, and the running number of the pair. */
function eachPart(count: number, width: number, visit: (re: number, im: number, at: number) => void): void {
  const half = width / 2;
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < half; c++) visit(i * width + c, i * width + half + c, i * half + c);
  }
}

function modulusDistance(a: Float32Array, i: number, b: Float32Array, j: number, width: number): number {
  let sum = 0;
  eachPart(1, width, (re, im) => {
    sum += Math.hypot(a[i * width + re] - b[j * width + re], a[i * width + im] - b[j * width + im]);
  });
  return sum;
}

function pairBackward(
  a: Float32Array,
  i: number,
  b: Float32Array,
  j: number,
  width: number,
  gradient: number,
  da: Float32Array,
  db: Float32Array,
): void {
  eachPart(1, width, (re, im) => {
    const u = [re, im].map((part) => a[i * width + part] - b[j * width + part]);
    const modulus = Math.hypot(...u);
    if (modulus <= TINY) return;
    for (const [side, part] of [re, im].entries()) {
      const d = (gradient * u[side]) / modulus;
      da[i * width + part] -= d;
      db[j * width + part] += d;
    }
  });
}
