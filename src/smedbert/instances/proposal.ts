import type { CounterRandom } from '../../base/random.js';

/**
 * The proposal Q of MNeM's negatives, eq. (15): Q(e) = t_e / C_type(e), the frequency of e among the mentions of its
 * type; `uniform` gives every entity of the type the same share. Sampling is by binary search in cumulative counts.
 */
export interface Proposal {
  /** log Q(e) within the type of e. */
  logProbability(entity: number): number;
  /** An entity of the type, drawn from Q. */
  sample(type: number, random: CounterRandom, step: number, index: number): number;
}

/** Added to every count, so that a neighbour that no text mentions has a finite log Q. */
const SMOOTHING = 1;

/**
 * @param frequency [entities] mentions of each entity in the corpus; ignored when uniform
 * @param types [entities] type id of each entity
 */
export function buildProposal(
  frequency: Int32Array,
  types: Uint16Array,
  typeCount: number,
  kind: 'frequency' | 'uniform',
): Proposal {
  const weight = (entity: number) => (kind === 'uniform' ? 1 : frequency[entity] + SMOOTHING);
  const starts = countingStarts(types, typeCount);
  const members = new Int32Array(types.length);
  const cumulative = new Float64Array(types.length);
  const fill = starts.slice();
  const totals = new Float64Array(typeCount);
  for (let entity = 0; entity < types.length; entity++) {
    const type = types[entity];
    totals[type] += weight(entity);
    members[fill[type]] = entity;
    cumulative[fill[type]++] = totals[type];
  }
  return {
    logProbability: (entity) => Math.log(weight(entity) / totals[types[entity]]),
    sample(type, random, step, index) {
      const target = random.uniform(step, index) * totals[type];
      return members[firstAbove(cumulative, starts[type], starts[type + 1] - 1, target)];
    },
  };
}

/** starts[t] .. starts[t + 1] - 1 are the places of type t. */
function countingStarts(types: Uint16Array, typeCount: number): Int32Array {
  const starts = new Int32Array(typeCount + 1);
  for (const type of types) starts[type + 1]++;
  for (let type = 0; type < typeCount; type++) starts[type + 1] += starts[type];
  return starts;
}

/** The first place in [low, high] whose value is above `target`. */
function firstAbove(sorted: Float64Array, low: number, high: number, target: number): number {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
