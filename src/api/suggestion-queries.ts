/** New edges that a trained model expects of a whole relation, for the command line and the service. */
import { Injectable } from '@nestjs/common';
import { suggestEdges } from '../embedding/prediction/suggest-edges.js';
import { findEdge } from '../graph/find-edge.js';
import type { Adjacency, GraphSnapshot } from '../graph/graph-snapshot.js';
import { neighbourFilter } from '../graph/neighbour-filter.js';
import { EmbeddingShelf } from './embedding-shelf.store.js';
import { viewOf } from './entity.view.js';
import { GraphShelf } from './graph-shelf.store.js';
import type { LoadedGraph } from './loaded-graph.js';
import type { SuggestionsAnswer } from './suggestions.view.js';

export interface SuggestionQuestion {
  relation: string;
  /** Empty: those that the relation has in the graph. */
  headType: readonly string[];
  tailType: readonly string[];
  limit: number;
  perHead?: number;
  /** Only entities that already are heads, or tails, of the relation. */
  knownEnds: boolean;
  /** Absent: as long as it takes. */
  milliseconds?: number;
}

@Injectable()
export class SuggestionQueries {
  constructor(
    private readonly embeddings: EmbeddingShelf,
    private readonly graphs: GraphShelf,
  ) {}

  /** @throws MedgraftError `graph.relation-unknown`, `graph.type-unknown`, `embedding.missing`, ... */
  async suggest(kg: string, asked: SuggestionQuestion): Promise<SuggestionsAnswer> {
    const { graph, scorer, model } = await this.embeddings.open(kg);
    const { snapshot } = graph;
    const { relation: name, limit, perHead, knownEnds, milliseconds } = asked;
    const types = await typesOf(graph, asked);
    const relation = snapshot.relationNames.idOf(name) ?? 0;
    const heads = entitiesOf(snapshot, types.head, knownEnds ? endsOf(snapshot.outgoing, relation) : undefined);
    const tails = entitiesOf(snapshot, types.tail, knownEnds ? endsOf(snapshot.incoming, relation) : undefined);
    const isKnown = (head: number, tail: number) => findEdge(snapshot.outgoing, head, relation, tail) >= 0;
    const work = suggestEdges(scorer, { relation, heads, tails, limit, perHead }, isKnown);
    const { edges, pairs, complete } = await this.graphs.work.run(work, milliseconds);
    return {
      kg,
      model: model.name,
      relation: name,
      headTypes: namesOf(snapshot, types.head),
      tailTypes: namesOf(snapshot, types.tail),
      heads: heads.length,
      tails: tails.length,
      pairs,
      truncated: !complete,
      suggestions: edges.map(({ head, tail, score }) => ({
        head: viewOf(snapshot, head),
        tail: viewOf(snapshot, tail),
        score,
      })),
    };
  }
}

interface TypeMasks {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** Unknown names are refused as the filter refuses them. */
async function typesOf(graph: LoadedGraph, { relation, headType, tailType }: SuggestionQuestion): Promise<TypeMasks> {
  const { snapshot } = graph;
  const heads = neighbourFilter(snapshot, { relations: [relation], types: headType });
  const tails = neighbourFilter(snapshot, { types: tailType });
  const patterns = (await graph.schema()).filter((pattern) => heads?.relations?.[pattern.relation] === 1);
  const found = (ids: number[]) => {
    const mask = new Uint8Array(snapshot.typeCount);
    for (const id of ids) mask[id] = 1;
    return mask;
  };
  return {
    head: heads?.types ?? found(patterns.map((pattern) => pattern.headType)),
    tail: tails?.types ?? found(patterns.map((pattern) => pattern.tailType)),
  };
}

function entitiesOf({ entityCount, entityTypes }: GraphSnapshot, types: Uint8Array, ends?: Uint8Array): Int32Array {
  const ids: number[] = [];
  for (let entity = 0; entity < entityCount; entity++) {
    if (types[entityTypes[entity]] === 1 && ends?.[entity] !== 0) ids.push(entity);
  }
  return Int32Array.from(ids);
}

/** [entities] 1 where the relation begins. */
function endsOf({ offsets, relations }: Adjacency, relation: number): Uint8Array {
  const ends = new Uint8Array(offsets.length - 1);
  for (let entity = 0; entity < ends.length; entity++) {
    for (let i = offsets[entity]; i < offsets[entity + 1]; i++) if (relations[i] === relation) ends[entity] = 1;
  }
  return ends;
}

function namesOf({ typeNames }: GraphSnapshot, types: Uint8Array): string[] {
  return Array.from(types.keys())
    .filter((id) => types[id] === 1)
    .map((id) => typeNames.at(id));
}
