/** Chooses how a training holds its tables: whole in memory, or in partitions of which two are. */

import type { EmbeddingOptions } from '../create-embedding.js';
import { type PartitionOptions, PartitionTeam } from '../partitions/partition-team.store.js';
import type { Triples } from '../triples.js';
import type { ChunkPlan } from './create-chunks.js';
import type { EmbeddingTrainer } from './embedding-trainer.js';
import { TrainingTeam } from './training-team.js';
import { openWorld } from './training-world.store.js';

/** @throws MedgraftError `embedding.partitions`, `engine.memory`, `engine.kernels`, `engine.backend` */
export function openTrainer(
  options: EmbeddingOptions,
  plan: ChunkPlan,
  train: Triples,
  team: Omit<PartitionOptions, 'folder' | 'communicator'> & { readonly processes: number },
): Promise<EmbeddingTrainer> {
  const communicator = openWorld(team.processes);
  if (team.partitions === 1 && communicator.size === 1) return TrainingTeam.open(options, plan, train, team);
  return PartitionTeam.open(options, plan, train, {
    ...team,
    communicator,
    folder: `partitions-${options.model}`,
  });
}
