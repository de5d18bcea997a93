// A process of fuse-memory.mjs: three steps over a graph of the paper's size, then its own peak.
import { createEngine } from '../../dist/engine/create-engine.js';
import { ADAMW_DEFAULTS, AdamW } from '../../dist/nn/optimizers/adamw.js';
import { StepRunner } from '../../dist/nn/step-runner.js';
import { smedbertTasks } from './smedbert.mjs';

const PAPER = { entities: 274_163, relations: 56, types: 26, width: 200 };
const ENCODER = {
  ...{ vocabularySize: 21128, hiddenSize: 312, layers: 4, heads: 12, intermediateSize: 1200 },
  ...{ maximumPositions: 512, typeVocabularySize: 2, layerNormEpsilon: 1e-12, initializerRange: 0.02 },
  ...{ hiddenDropout: 0, attentionDropout: 0 },
};
const SIZES = { samples: 32, tokens: 128 };
const STEPS = 3;

const [kind] = process.argv.slice(2);
const tasks = smedbertTasks(ENCODER, SIZES, { ...PAPER, trained: kind === 'trained' });
const task = kind === 'none' ? tasks.bert() : tasks.smedbert();
const runner = new StepRunner(task, await createEngine('onnx', 2), 1);
const optimizer = new AdamW(ADAMW_DEFAULTS);
let start = 0;
for (let step = 0; step < STEPS; step++) {
  start = performance.now();
  await runner.run(task.batch(step, 0), step);
  optimizer.step(task.store, step + 1, 1e-4, 1);
}
const milliseconds = Math.round(performance.now() - start);
await runner.dispose();
// Kilobytes, on every system but macOS's own tools.
process.stdout.write(JSON.stringify({ megabytes: Math.round(process.resourceUsage().maxRSS / 1024), milliseconds }));
