import type { NamedData } from '../../engine/engine.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import type { TopNeighbours } from '../../graph/neighbours.js';
import type { CollatedBatch, PlacedMention } from '../instances/collate-batch.js';

/** One sample of a batch with the neighbours that its masked mentions were given, and how much each weighed. */
export interface AttentionExample {
  /** The true pieces of the sample. */
  readonly tokens: string[];
  readonly mentions: readonly AttendedMention[];
}

export interface AttendedMention {
  /** Tokens [start, end) of the sample. */
  readonly start: number;
  readonly end: number;
  readonly entity: string;
  readonly masked: true;
  readonly neighbours: readonly AttendedNeighbour[];
}

export interface AttendedNeighbour {
  readonly name: string;
  readonly relation: string;
  readonly direction: 1 | -1;
  readonly type: string;
  /** Weight of the neighbour's type, and of the neighbour (mean over heads); each sums to 1 over types and neighbours. */
  readonly typeWeight: number;
  readonly nodeWeight: number;
}

export interface ExampleNames {
  readonly snapshot: GraphSnapshot;
  readonly neighbours: TopNeighbours;
  /** The text of a token id. */
  piece(id: number): string;
}

/**
 * @param tokens S, the sample length of the batch
 * @param heads H of the node attention
 * @param limit samples with the most infused mentions are taken
 */
export function attentionExamples(
  batch: CollatedBatch,
  outputs: NamedData,
  tokens: number,
  heads: number,
  names: ExampleNames,
  limit: number,
): AttentionExample[] {
  const truth = trueTokens(batch);
  const bySample = new Map<number, number[]>();
  batch.infused.forEach(({ at }, m) => {
    const sample = Math.floor(at / tokens);
    bySample.set(sample, [...(bySample.get(sample) ?? []), m]);
  });
  return [...bySample]
    .sort(([a, x], [b, y]) => y.length - x.length || a - b)
    .slice(0, limit)
    .map(([sample, mentions]) => {
      const start = sample * tokens;
      const length = lengthOfSample(batch, start, tokens);
      return {
        tokens: Array.from(truth.subarray(start, start + length), (id) => names.piece(id)),
        mentions: mentions.map((m) => describe(batch.infused[m], m, start, outputs, heads, names)),
      };
    });
}

function trueTokens({ lookups, inputs, counts }: CollatedBatch): Int32Array {
  const tokens = lookups.words.slice();
  for (let i = 0; i < counts.maskedTokens; i++) tokens[inputs['maskedPositions'][i]] = inputs['maskedLabels'][i];
  return tokens;
}

function lengthOfSample({ inputs }: CollatedBatch, start: number, tokens: number): number {
  let length = 0;
  while (length < tokens && inputs['attentionMask'][start + length] === 1) length++;
  return length;
}

function describe(
  mention: PlacedMention,
  m: number,
  start: number,
  outputs: NamedData,
  heads: number,
  { snapshot, neighbours }: ExampleNames,
): AttendedMention {
  const { k, entities, relations, directions, counts } = neighbours;
  const described = Array.from({ length: counts[mention.entity] }, (_, i): AttendedNeighbour => {
    const place = mention.entity * k + i;
    let nodeWeight = 0;
    for (let h = 0; h < heads; h++) nodeWeight += outputs['nodeWeights'][(m * heads + h) * k + i] / heads;
    return {
      name: snapshot.entityNames.at(entities[place]),
      relation: snapshot.relationNames.at(relations[place]),
      direction: directions[place] as 1 | -1,
      type: snapshot.typeNames.at(snapshot.entityTypes[entities[place]]),
      typeWeight: outputs['typeWeights'][m * k + i],
      nodeWeight,
    };
  });
  return {
    start: mention.at - start,
    end: mention.at - start + mention.length,
    entity: snapshot.entityNames.at(mention.entity),
    masked: true,
    neighbours: described,
  };
}
