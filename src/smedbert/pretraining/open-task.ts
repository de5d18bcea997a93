import type { Engine } from '../../engine/engine.js';
import type { PretrainSettings } from '../pretrain-settings.js';
import type { Experiment } from './experiment.store.js';
import { MaskedEvaluation } from './masked-evaluation.js';
import { PretrainingTask } from './pretraining-task.js';

/** The held-out evaluation of a pre-training, with the graph that it trains with. */
export function evaluationOf(experiment: Experiment, engine: Engine, settings: PretrainSettings): MaskedEvaluation {
  const { store, config, held } = experiment;
  const batches = experiment.batches(settings.graph as 'on');
  return new MaskedEvaluation(store, config, engine, batches, held, settings.evaluationBatches);
}

/** What the trainer of a pre-training works on. */
export function pretrainingTask(
  { store, config, batches, training }: Experiment,
  evaluation: MaskedEvaluation,
  { graph, accumulation }: PretrainSettings,
): PretrainingTask {
  return new PretrainingTask(store, config, batches(graph as 'on'), training, accumulation, evaluation);
}
