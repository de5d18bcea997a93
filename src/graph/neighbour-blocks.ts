/**
 * Choosing neighbours for blocks of entities: what a thread does on its own. An entity's neighbours do not depend on the block
 * or the thread that they are chosen in. Letters: n entities of a block, s neighbours of all of them.
 */
import type { RankSweepFactory } from '../engine/kernels/plain-rank-sweep.js';
import { type NeighbourChoice, NeighbourChooser } from './choose-neighbours.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import {
  type NeighbourScores,
  type PersonalScoreOptions,
  peprScores,
  pushScores,
  rankScores,
} from './neighbour-scores.js';
import { type RankDirection, rankEdges } from './rank-edges.js';
import { RankedAdjacency } from './ranked-adjacency.js';

export type NeighbourMethod = 'rank' | 'pepr' | 'push';

export interface BlockOptions extends NeighbourChoice, PersonalScoreOptions {
  method: NeighbourMethod;
  /** Which way rank flows (pepr, push). */
  direction: RankDirection;
  weighted: boolean;
}

export interface NeighbourBlock {
  /** [n] neighbours of each entity. */
  readonly counts: Uint32Array<ArrayBuffer>;
  /** [s, 3] entity, relation, direction. */
  readonly neighbours: Int32Array<ArrayBuffer>;
  /** [s] */
  readonly scores: Float64Array<ArrayBuffer>;
  /** [n] bound of the L1 error of each entity's scores. */
  readonly errors: Float64Array<ArrayBuffer>;
}

export class BlockChooser {
  private readonly adjacency: RankedAdjacency;
  private readonly chooser: NeighbourChooser;
  private scores: NeighbourScores | undefined;

  /** @param ranks [entities], for the method `rank` */
  constructor(
    private readonly snapshot: GraphSnapshot,
    private readonly options: BlockOptions,
    private readonly makeSweep: RankSweepFactory,
    private readonly ranks?: Float64Array,
  ) {
    this.adjacency = RankedAdjacency.build(snapshot, ranks);
    this.chooser = new NeighbourChooser(this.adjacency, snapshot.entityTypes, snapshot.typeCount, options);
  }

  /** How many neighbours are chosen for an entity. */
  countOf(entity: number): number {
    return this.chooser.countOf(entity);
  }

  choose(entities: Uint32Array): NeighbourBlock {
    const scores = (this.scores ??= this.openScores());
    const { relations, directions, entities: others } = this.adjacency;
    const counts = new Uint32Array(entities.length);
    const errors = new Float64Array(entities.length);
    const neighbours: number[] = [];
    const found: number[] = [];
    entities.forEach((entity, i) => {
      errors[i] = scores.of(entity);
      const slots = this.chooser.slotsOf(entity, this.options.method === 'rank' ? undefined : scores.at);
      counts[i] = slots.length;
      for (const slot of slots) {
        neighbours.push(others[slot], relations[slot], directions[slot]);
        found.push(scores.at(others[slot]));
      }
    });
    return { counts, neighbours: Int32Array.from(neighbours), scores: Float64Array.from(found), errors };
  }

  close(): void {
    this.scores?.close();
  }

  private openScores(): NeighbourScores {
    const { method, direction, weighted } = this.options;
    if (method === 'rank') return rankScores(this.ranks!);
    const edges = rankEdges(this.snapshot, direction, weighted);
    return (method === 'pepr' ? peprScores : pushScores)(edges, this.options, this.makeSweep);
  }
}
