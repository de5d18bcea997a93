import { createEngine } from '../engine/create-engine.js';
import { openSenseRanker } from '../medal/model/open-sense-ranker.store.js';
import type { OpenRanker } from './disambiguation-queries.js';

/** A run of `medal.train` behind the doors of disambiguation. */
export const openTrainedRanker: OpenRanker = async (folder, threads) => {
  const ranker = await openSenseRanker(folder, await createEngine('onnx', threads));
  return { ranker, close: () => ranker.dispose() };
};
