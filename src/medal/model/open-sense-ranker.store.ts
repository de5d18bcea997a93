import type { Engine } from '../../engine/engine.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';
import { loadRun } from './load-model.store.js';
import type { AskedPlace, LoadedModel } from './loaded-model.js';

/** A trained model as what ranks senses; see disambiguation/sense-ranker.ts. */
export class TrainedRanker {
  constructor(private readonly model: LoadedModel) {}

  get inventory(): SenseInventory {
    return this.model.parts.inventory;
  }

  get temperature(): number {
    return this.model.parts.temperature;
  }

  /** Logits of each place over its candidates, in their order. */
  rank(places: readonly AskedPlace[], candidates: readonly (readonly number[])[]): Promise<Float32Array[]> {
    return this.model.rank(places, candidates);
  }

  /** What the classifier reads at each place. */
  async states(places: readonly AskedPlace[]): Promise<Float32Array[]> {
    return (await this.model.ask(places)).map(({ state }) => state);
  }

  dispose(): Promise<void> {
    return this.model.dispose();
  }
}

/** @param folder a run of `medal.train` @throws as `loadRun` */
export async function openSenseRanker(folder: string, engine: Engine): Promise<TrainedRanker> {
  return new TrainedRanker(await loadRun(undefined, folder, engine));
}
