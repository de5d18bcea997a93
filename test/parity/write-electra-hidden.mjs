// What our engine computes with the discriminator of a folder of `medal pretrain`, for electra_load.py to compare:
//   npm run build && node test/parity/write-electra-hidden.mjs FOLDER hidden.json
import { writeFile } from 'node:fs/promises';
import { CounterRandom } from '../../dist/base/random.js';
import { createEngine } from '../../dist/engine/create-engine.js';
import {
  discriminatorParameters,
  electraParameterSpecs,
  generatorOf,
} from '../../dist/medal/pretraining/electra-config.js';
import { replacedTokenScores } from '../../dist/medal/pretraining/electra-programs.js';
import { readEncoderConfig, readWeights } from '../../dist/nn/model-weights.store.js';
import { ParameterStore } from '../../dist/nn/parameter-store.js';
import { readRows } from '../../dist/nn/row-lookups.js';
import { additiveMask, embedTokens, encoderLayer, wordTableOf } from '../../dist/nn/transformer-encoder.js';

const [folder, target] = process.argv.slice(2);
const [SAMPLES, TOKENS] = [3, 24];
const lengths = [TOKENS, 17, 5];
const encoder = await readEncoderConfig(folder, 'electra');
const store = new ParameterStore(
  electraParameterSpecs({ discriminator: encoder, generator: generatorOf(encoder, 1) }),
  1,
);
const parameters = discriminatorParameters(store);
await readWeights(folder, parameters);

const random = new CounterRandom(5, 'write-electra-hidden');
const at = (make) => Array.from({ length: SAMPLES }, (_, b) => Array.from({ length: TOKENS }, (_, s) => make(b, s)));
const inputIds = at((b, s) => (s < lengths[b] ? random.below(encoder.vocabularySize, 1, b * TOKENS + s) : 0));
const attentionMask = at((b, s) => Number(s < lengths[b]));
const table = wordTableOf(encoder);
const names = parameters.names().filter((name) => name !== table);
const compiled = await (await createEngine('onnx', 1)).compile({
  name: 'discriminator',
  inputs: {
    ...store.signature(names),
    wordRows: { shape: [SAMPLES * TOKENS, encoder.embeddingSize], dtype: 'float32' },
    segmentIds: { shape: [SAMPLES, TOKENS], dtype: 'int32' },
    attentionMask: { shape: [SAMPLES, TOKENS], dtype: 'float32' },
  },
  build(inputs) {
    const mask = additiveMask(inputs.attentionMask);
    const layers = [embedTokens(inputs.wordRows, inputs.segmentIds, inputs, encoder, {})];
    for (let i = 0; i < encoder.layers; i++) layers.push(encoderLayer(layers[i], i, mask, inputs, encoder, {}));
    const scores = replacedTokenScores(layers[encoder.layers], inputs);
    return { scores, ...Object.fromEntries(layers.map((layer, i) => [String(i), layer])) };
  },
});
const words = Int32Array.from(inputIds.flat());
const wordRows = new Float32Array(words.length * encoder.embeddingSize);
readRows(store.value(table), encoder.embeddingSize, words, wordRows);
const { scores, ...hidden } = await compiled.run({
  ...Object.fromEntries(names.map((name) => [name, store.value(name)])),
  wordRows,
  segmentIds: new Int32Array(words.length),
  attentionMask: Float32Array.from(attentionMask.flat()),
});
await compiled.dispose();
const layers = Object.fromEntries(Object.entries(hidden).map(([layer, values]) => [layer, [...values]]));
await writeFile(target, JSON.stringify({ inputIds, attentionMask, layers, scores: [...scores] }));
