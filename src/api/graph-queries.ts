/**
 * Questions about a graph of the workspace, the same for the command line and the service. Snapshots are read once and
 * the last few are kept; after that nothing touches the disk.
 */
import { MedgraftError } from '../base/errors.js';
import { findEntity } from '../graph/find-entity.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { loadRanks } from '../graph/load-ranks.js';
import { rankedNeighbours } from '../graph/neighbours.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import type { Workspace } from '../runs/workspace.js';
import { checkName } from '../runs/workspace-name.js';
import { decodeCursor, encodeCursor } from './page-cursor.js';

export const LARGEST_PAGE = 1000;
const KEPT_SNAPSHOTS = 4;

export interface EntityView {
  key: string;
  name: string;
  type: string;
}

export interface NeighbourView extends EntityView {
  relation: string;
  /** `out`: the asked entity is the head, `in`: it is the tail. */
  direction: 'out' | 'in';
  /** PageRank of the neighbour; absent when the graph has not been ranked. */
  rank?: number;
}

export interface NeighbourAnswer {
  kg: string;
  /** `sameName`: how many entities the asked text may mean; the answer is about the most important of them. */
  entity: EntityView & { sameName: number };
  ranked: boolean;
  total: number;
  neighbours: NeighbourView[];
  /** Give it back as `cursor` to get the next page; absent on the last. */
  next?: string;
}

export interface GraphView {
  kg: string;
  hash: string;
  importedAt: string;
  figures: Record<string, number | string | boolean>;
}

interface LoadedGraph {
  /** Hashes of the artefacts it was read from. */
  version: string;
  snapshot: GraphSnapshot;
  ranks?: Float64Array;
}

export class GraphQueries {
  private readonly kept = new Map<string, LoadedGraph>();

  constructor(private readonly workspace: Workspace) {}

  /**
   * Neighbours of an entity in both directions, by rank, ties by id and relation.
   * @param text the entity's key, name or alias
   * @throws MedgraftError `graph.unknown`, `graph.entity-unknown`, `query.cursor`
   */
  async neighbours(kg: string, text: string, page: { limit: number; cursor?: string }): Promise<NeighbourAnswer> {
    const { version, snapshot, ranks } = await this.graph(kg);
    const found = findEntity(snapshot, text, ranks);
    if (found === undefined) throw unknownEntity(kg, text);
    const start = page.cursor === undefined ? 0 : decodeCursor(page.cursor, version);
    const end = start + page.limit;
    const unranked = new Float64Array(ranks ? 0 : snapshot.entityCount);
    const all = rankedNeighbours(snapshot, ranks ?? unranked, found.entity, Number.POSITIVE_INFINITY);
    return {
      kg,
      entity: { ...viewOf(snapshot, found.entity), sameName: found.candidates },
      ranked: ranks !== undefined,
      total: all.length,
      neighbours: all.slice(start, end).map(({ entity, relation, direction }) => ({
        ...viewOf(snapshot, entity),
        relation: snapshot.relationNames.at(relation),
        direction: direction === 1 ? 'out' : 'in',
        ...(ranks ? { rank: ranks[entity] } : {}),
      })),
      ...(end < all.length ? { next: encodeCursor(end, version) } : {}),
    };
  }

  private async graph(kg: string): Promise<LoadedGraph> {
    const labels = { kg: checkName(kg, 'kg') };
    const imported = await this.workspace.newest('kg.import', labels);
    if (!imported) throw unknownGraph(kg);
    const ranking = await this.workspace.newest('kg.rank', labels);
    // Ranks of an earlier import are of no use for this one.
    const ranked = ranking && Object.values(ranking.manifest.inputs).includes(imported.hash) ? ranking : undefined;
    const version = `${imported.hash}.${ranked?.hash ?? ''}`;
    const kept = this.kept.get(kg);
    this.kept.delete(kg);
    const graph = kept?.version === version ? kept : await load(version, imported.folder, ranked?.folder);
    this.kept.set(kg, graph);
    if (this.kept.size > KEPT_SNAPSHOTS) this.kept.delete(this.kept.keys().next().value ?? '');
    return graph;
  }
}

/** The graphs of a workspace, by name. */
export async function listGraphs(workspace: Workspace): Promise<GraphView[]> {
  const imported = await workspace.newestOfEach('kg.import');
  return imported.map(({ hash, manifest }) => ({
    kg: manifest.labels['kg'],
    hash,
    importedAt: manifest.createdAt,
    figures: manifest.figures,
  }));
}

async function load(version: string, snapshot: string, ranks: string | undefined): Promise<LoadedGraph> {
  return { version, snapshot: loadSnapshot(snapshot), ranks: ranks === undefined ? undefined : await loadRanks(ranks) };
}

function viewOf(snapshot: GraphSnapshot, entity: number): EntityView {
  return {
    key: snapshot.entityKeys.at(entity),
    name: snapshot.entityNames.at(entity),
    type: snapshot.typeNames.at(snapshot.entityTypes[entity]),
  };
}

function unknownGraph(kg: string): MedgraftError {
  return new MedgraftError('missing', 'graph.unknown', `there is no graph ${kg} in this workspace`, {
    place: 'kg',
    hint: `medgraft kg list shows the graphs; medgraft kg import --kg ${kg} makes this one`,
  });
}

function unknownEntity(kg: string, text: string): MedgraftError {
  return new MedgraftError('missing', 'graph.entity-unknown', `the graph ${kg} has no such entity`, {
    place: 'entity',
    expected: 'a key, a name or an alias, exactly as in the graph',
    got: JSON.stringify(text.slice(0, 100)),
  });
}
