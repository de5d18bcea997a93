import type { Engine } from '../../engine/engine.js';
import { writeJsonLines } from '../../formats/json-lines.js';
import { writeFileAtomically } from '../../runs/atomic-file.js';
import { judgeModel } from './judge-model.js';
import type { JudgedExamples } from './open-finetuning.store.js';
import { predictionLine } from './prediction-lines.js';
import { type OpenedTaskModel, scoredModelOf } from './task-model.store.js';
import { TaskScorer } from './task-scorer.js';

/** The figures of a model on examples; a line for each of them goes to `path`. */
export async function testModel(
  model: OpenedTaskModel,
  judged: JudgedExamples,
  path: string,
  engine: Engine,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const scorer = new TaskScorer(scoredModelOf(model), engine, model.batches);
  try {
    const { predictions, figures } = await judgeModel(model, scorer, judged, signal);
    const lines = judged.examples.map((example, i) => predictionLine(example, judged.encoded[i], predictions[i]));
    await writeFileAtomically(path, (sink) => writeJsonLines(sink, lines));
    return figures;
  } finally {
    await scorer.dispose();
  }
}
