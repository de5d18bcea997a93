// A small SMedBERT's folder and what our engine computes with its encoder, for huggingface_load.py to open and compare:
//   npm run build && node test/parity/write-model-folder.mjs OUT
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CounterRandom } from '../../dist/base/random.js';
import { createEngine } from '../../dist/engine/create-engine.js';
import { ParameterStore } from '../../dist/nn/parameter-store.js';
import { readRows } from '../../dist/nn/row-lookups.js';
import { WORD_TABLE } from '../../dist/nn/transformer-encoder.js';
import { writeModelFolder } from '../../dist/smedbert/model/model-folder.store.js';
import { encode, smedbertParameterSpecs } from '../../dist/smedbert/model/smedbert-model.js';

const [SAMPLES, TOKENS, HIDDEN] = [3, 24, 48];
const PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...'春溪热患者出现发热头痛雾角膜炎清片治疗'];
const folder = process.argv[2];
const pieces = [...new Set(PIECES)];
const encoder = {
  vocabularySize: pieces.length,
  hiddenSize: HIDDEN,
  layers: 3,
  heads: 4,
  intermediateSize: 96,
  maximumPositions: 32,
  typeVocabularySize: 2,
  layerNormEpsilon: 1e-12,
  initializerRange: 0.02,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
};
const knowledge = {
  width: 16,
  neighbours: 2,
  infusionLayer: 1,
  heads: 2,
  typeAggregation: 'sum',
  typeAttention: true,
  hybridAttention: true,
  knowledgeLosses: true,
  oneHopMixer: true,
  scoreScale: 10,
  negatives: 4,
  neighbourLossWeight: 2,
  mentionLossWeight: 4,
  layerNormEpsilon: 1e-12,
  initializerRange: 0.02,
};
const vectors = {
  entity: new Float32Array(5 * 16).fill(0.5),
  relation: new Float32Array(2 * 16).fill(0.1),
  transfer: new Float32Array(2 * 16 * 16).fill(0.01),
  entityCount: 5,
  relationCount: 2,
  entityTypes: Uint16Array.of(0, 1, 1, 0, 0),
  typeCount: 2,
};
const store = new ParameterStore(smedbertParameterSpecs({ encoder, knowledge }, vectors, true), 5);
const random = new CounterRandom(5, 'write-model-folder');
for (let i = 0; i < store.values.length; i++) store.values[i] += 0.05 * random.normal(0, i);
await mkdir(folder, { recursive: true });
await writeModelFolder(folder, store, { encoder, knowledge }, `${pieces.join('\n')}\n`);

const lengths = [TOKENS, 17, 5];
const at = (make) => Array.from({ length: SAMPLES }, (_, b) => Array.from({ length: TOKENS }, (_, s) => make(b, s)));
const inputIds = at((b, s) => (s < lengths[b] ? random.below(pieces.length, 1, b * TOKENS + s) : 0));
const segmentIds = at((b, s) => Number(s > lengths[b] / 2 && s < lengths[b]));
const attentionMask = at((b, s) => Number(s < lengths[b]));
const compiled = await (await createEngine('onnx', 1)).compile({
  name: 'encoder',
  inputs: {
    ...store.signature(),
    wordRows: { shape: [SAMPLES * TOKENS, HIDDEN], dtype: 'float32' },
    segmentIds: { shape: [SAMPLES, TOKENS], dtype: 'int32' },
    attentionMask: { shape: [SAMPLES, TOKENS], dtype: 'float32' },
  },
  build(inputs) {
    const plain = { ...knowledge, hybridAttention: false, knowledgeLosses: false, oneHopMixer: false };
    const { layers } = encode(inputs, inputs, { encoder, knowledge: plain });
    return Object.fromEntries(layers.map((layer, i) => [String(i), layer]));
  },
});
const words = Int32Array.from(inputIds.flat());
const wordRows = new Float32Array(words.length * HIDDEN);
readRows(store.value(WORD_TABLE), HIDDEN, words, wordRows);
const hidden = await compiled.run({
  ...Object.fromEntries(store.names().map((name) => [name, store.value(name)])),
  wordRows,
  segmentIds: Int32Array.from(segmentIds.flat()),
  attentionMask: Float32Array.from(attentionMask.flat()),
});
await compiled.dispose();
const layers = Object.fromEntries(Object.entries(hidden).map(([layer, values]) => [layer, [...values]]));
await writeFile(join(folder, 'hidden.json'), JSON.stringify({ inputIds, segmentIds, attentionMask, layers }));
