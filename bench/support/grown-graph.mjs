/**
 * Made graphs whose entities are drawn by a power law, for trainings of sizes that no graph at hand has. The same on every
 * machine.
 */
import { CounterRandom } from '../../dist/base/random.js';
import { scrambled } from './power-law.mjs';

/** `paper` is as large as the graph of SMedBERT's paper. */
export const GROWN_GRAPHS = {
  '15k': { entities: 15_000, relations: 200, triples: 272_000 },
  paper: { entities: 274_163, relations: 30, triples: 4_390_000 },
  '2M': { entities: 2_000_000, relations: 30, triples: 8_000_000 },
};

/** @returns triples as src/embedding/triples.ts has them */
export function grownGraph({ entities, relations, triples }) {
  const random = new CounterRandom(1, 'bench.embedding');
  const words = new Uint32Array(3 * triples);
  random.fillUint32(words, 0);
  const draw = (i, side) => words[3 * i + side] / 2 ** 32;
  const train = { heads: new Int32Array(triples), relations: new Int32Array(triples), tails: new Int32Array(triples) };
  for (let i = 0; i < triples; i++) {
    train.heads[i] = scrambled(Math.floor(entities * draw(i, 0) ** 3), entities);
    train.tails[i] = scrambled(Math.floor(entities * draw(i, 1) ** 2), entities);
    train.relations[i] = Math.floor(relations * draw(i, 2) ** 2);
  }
  return { entities, relations, train };
}
