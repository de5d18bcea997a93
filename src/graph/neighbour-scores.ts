/**
 * By what the neighbours of an entity are ordered (SMedBERT, section 3.2): one global rank for all, or the entity's own PEPR,
 * iterated or pushed.
 */
import type { RankSweepFactory } from '../engine/kernels/plain-rank-sweep.js';
import { PUSH_DEFAULTS } from './forward-push.js';
import { type DanglingMass, PEPR_DEFAULTS, Pepr } from './pepr.js';
import { PeprPush, sharedParts } from './pepr-push.js';
import { pushRows } from './push-rows.js';
import type { RankEdges } from './rank-edges.js';

export interface NeighbourScores {
  /** Turns to an entity. @returns the bound of the L1 error of its scores */
  of(entity: number): number;
  /** The score of another entity for the one turned to. */
  at(entity: number): number;
  close(): void;
}

export interface PersonalScoreOptions {
  jump: number;
  dangling: DanglingMass;
  /** Of the iteration: of PEPR, or of the part that all entities share when the rest is pushed. */
  tolerance: number;
  maximumIterations: number;
  /** [entities] V_0 of the iteration. */
  start?: Float64Array;
  epsilon: number;
}

export const PERSONAL_SCORE_DEFAULTS: Readonly<PersonalScoreOptions> = { ...PEPR_DEFAULTS, ...PUSH_DEFAULTS };

export function rankScores(ranks: Float64Array): NeighbourScores {
  return { of: () => 0, at: (entity) => ranks[entity], close() {} };
}

/** Exact up to the tolerance. */
export function peprScores(
  edges: RankEdges,
  options: PersonalScoreOptions,
  makeSweep: RankSweepFactory,
): NeighbourScores {
  const pepr = new Pepr(edges, options, makeSweep);
  const scores = new Float64Array(edges.entityCount);
  return {
    of: (entity) => (pepr.of(entity, scores).residual * (1 - options.jump)) / options.jump,
    at: (entity) => scores[entity],
    close: () => pepr.close(),
  };
}

export function pushScores(
  edges: RankEdges,
  options: PersonalScoreOptions,
  makeSweep: RankSweepFactory,
): NeighbourScores {
  const pepr = new Pepr(edges, options, makeSweep);
  const rows = pushRows(edges);
  const shared = sharedParts(pepr, rows, options.jump);
  pepr.close();
  const push = new PeprPush(rows, shared, options);
  return { of: (entity) => push.of(entity).error, at: (entity) => push.at(entity), close() {} };
}
