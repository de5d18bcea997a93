/** Questions about a graph as a whole, for the command line and the service. Counted once for each version of a graph. */
import { Injectable } from '@nestjs/common';
import type { NameTable } from '../graph/graph-snapshot.js';
import { viewOf } from './entity.view.js';
import type { GraphDetails, SchemaAnswer, StatisticsAnswer } from './graph-overview.view.js';
import { GraphShelf } from './graph-shelf.store.js';

/** A graph may have as many patterns as triples. */
const MOST_PATTERNS = 1000;

@Injectable()
export class OverviewQueries {
  constructor(private readonly shelf: GraphShelf) {}

  /** @throws MedgraftError `graph.unknown`, `graph.store-missing` and the store's others */
  async details(kg: string): Promise<GraphDetails> {
    const { imported, ranked } = await this.shelf.artefacts(kg);
    const { store } = await this.shelf.graph(kg);
    return {
      kg,
      hash: imported.hash,
      importedAt: imported.manifest.createdAt,
      figures: imported.manifest.figures,
      sources: await store.sources(),
      ...(ranked === undefined
        ? {}
        : {
            ranking: {
              hash: ranked.hash,
              rankedAt: ranked.manifest.createdAt,
              figures: ranked.manifest.figures,
            },
          }),
    };
  }

  /** @throws MedgraftError `graph.unknown` */
  async statistics(kg: string): Promise<StatisticsAnswer> {
    const graph = await this.shelf.graph(kg);
    const { snapshot } = graph;
    const { entitiesByType, triplesByRelation, selfLoops, degrees, hubs, components } = await graph.statistics();
    return {
      kg,
      counts: {
        entities: snapshot.entityCount,
        triples: snapshot.tripleCount,
        relations: snapshot.relationCount,
        types: snapshot.typeCount,
        aliases: snapshot.aliasTexts.length,
        selfLoops,
      },
      types: byCount(snapshot.typeNames, entitiesByType).map(([type, entities]) => ({ type, entities })),
      relations: byCount(snapshot.relationNames, triplesByRelation).map(([relation, triples]) => ({
        relation,
        triples,
      })),
      degrees,
      hubs: hubs.map(({ entity, degree }) => ({ ...viewOf(snapshot, entity), degree })),
      components,
    };
  }

  /** @throws MedgraftError `graph.unknown` */
  async schema(kg: string): Promise<SchemaAnswer> {
    const graph = await this.shelf.graph(kg);
    const { typeNames, relationNames } = graph.snapshot;
    const all = await graph.schema();
    const patterns = all.slice(0, MOST_PATTERNS).map(({ headType, relation, tailType, triples }) => ({
      headType: typeNames.at(headType),
      relation: relationNames.at(relation),
      tailType: typeNames.at(tailType),
      triples,
    }));
    return { kg, shown: patterns.length, total: all.length, patterns };
  }
}

/** Names with their counts, the most frequent first, ties in the order of names. */
function byCount(names: NameTable, counts: Uint32Array): [string, number][] {
  return Array.from(counts, (count, id) => ({ count, id }))
    .sort((a, b) => b.count - a.count || a.id - b.id)
    .map(({ count, id }) => [names.at(id), count]);
}
