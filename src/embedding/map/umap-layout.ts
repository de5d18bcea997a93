import { UMAP } from 'umap-js';
import { CounterRandom } from '../../base/random.js';
import { nearestRows } from './nearest-rows.js';

/**
 * A layout in the plane that keeps neighbours together: UMAP (McInnes, Healy and Melville 2018) by umap-js, on exact
 * neighbours, started from the first two principal components, which keeps the large shape (Kobak and Linderman 2021).
 * Its draws come from the counter-based generator, so the same input gives the same map.
 */
export interface UmapOptions {
  /** Of each point, itself among them. */
  readonly neighbours: number;
  /** Of points in the plane, at the closest. */
  readonly minimumDistance: number;
  /** Rounds; 0: as many as UMAP takes for so many points. */
  readonly epochs: number;
  readonly seed: number;
}

export interface LayoutProgress {
  readonly done: number;
  readonly total: number;
}

/** The start has half this side for a point, so that few points do not begin as distant islands: 10 for 5,000, UMAP's own. */
const START_SIDE = 10 / Math.sqrt(5000);

/** @param vectors [n, width], first the components that the layout starts from; @returns [n][2] */
export function* umapLayout(
  vectors: Float32Array,
  width: number,
  { neighbours, minimumDistance, epochs, seed }: UmapOptions,
): Generator<LayoutProgress, number[][]> {
  const count = vectors.length / width;
  const rows = Array.from({ length: count }, (_, i) => Array.from(vectors.subarray(i * width, (i + 1) * width)));
  // UMAP wants more points than neighbours.
  const k = Math.min(neighbours, count - 1);
  if (k < 2) return rows.map((row) => [row[0], row[1] ?? 0]);
  const umap = new UMAP({
    nNeighbors: k,
    minDist: minimumDistance,
    nEpochs: epochs,
    random: drawsOf(new CounterRandom(seed, 'embedding.map')),
  });
  const { ids, distances } = nearestRows(vectors, width, k);
  umap.setPrecomputedKNN(ids, distances);
  const total = umap.initializeFit(rows);
  startFrom(umap.getEmbedding(), rows, new CounterRandom(seed, 'embedding.map-start'));
  for (let done = 0; done < total; ) {
    done = umap.step();
    yield { done, total };
  }
  return umap.getEmbedding();
}

/** Words that are drawn together. */
const DRAWN = 4096;

/** Numbers in [0, 1), one after the other. */
function drawsOf(random: CounterRandom): () => number {
  const words = new Uint32Array(DRAWN);
  let [step, at] = [0, DRAWN];
  return () => {
    if (at === DRAWN) {
      random.fillUint32(words, step++);
      at = 0;
    }
    return words[at++] / 2 ** 32;
  };
}

/** Overwrites the drawn start; a little noise parts points that lie on each other. */
function startFrom(embedding: number[][], rows: readonly (readonly number[])[], random: CounterRandom): void {
  let largest = 0;
  for (const row of rows) largest = Math.max(largest, Math.abs(row[0]), Math.abs(row[1] ?? 0));
  const scale = largest > 0 ? (START_SIDE * Math.sqrt(rows.length)) / largest : 1;
  for (const [i, point] of embedding.entries()) {
    for (let c = 0; c < 2; c++) point[c] = (rows[i][c] ?? 0) * scale + random.normal(c, i) * 1e-3;
  }
}
