// A step of ELECTRA's discriminator alone: encoder over narrower embeddings, and the replaced-token loss over all tokens.
import * as tf from '@tensorflow/tfjs-core';
import { CounterRandom } from '../../dist/base/random.js';
import { replacedTokenScores } from '../../dist/medal/pretraining/electra-programs.js';
import { lossAndGradients } from '../../dist/nn/gradients.js';
import { sigmoidCrossEntropy } from '../../dist/nn/layers/sigmoid-cross-entropy.js';
import { ParameterStore } from '../../dist/nn/parameter-store.js';
import {
  additiveMask,
  denseSpecs,
  embedTokens,
  encoderLayer,
  encoderParameterSpecs,
  wordTableOf,
} from '../../dist/nn/transformer-encoder.js';

const REPLACED = 0.1;

export function electraTask({ layers, hidden: d, embedding: e, heads, inner, vocabulary, samples: b, tokens: s }) {
  const config = {
    ...{ prefix: 'electra', vocabularySize: vocabulary, hiddenSize: d, embeddingSize: e, layers, heads },
    ...{ intermediateSize: inner, maximumPositions: 512, typeVocabularySize: 2, layerNormEpsilon: 1e-12 },
    ...{ initializerRange: 0.02, hiddenDropout: 0, attentionDropout: 0 },
  };
  const normal = { kind: 'normal', deviation: 0.02 };
  const head = ['dense', 'dense_prediction'].flatMap((part) =>
    denseSpecs(`discriminator_predictions.${part}`, part === 'dense' ? d : 1, d, normal),
  );
  const store = new ParameterStore([...encoderParameterSpecs(config), ...head], 1);
  const table = wordTableOf(config);
  const names = store.names().filter((name) => name !== table);
  const float = (...shape) => ({ shape, dtype: 'float32' });
  const program = {
    name: 'electra discriminator',
    inputs: {
      ...store.signature(names),
      ...{ wordRows: float(b * s, e), segmentIds: { shape: [b, s], dtype: 'int32' } },
      ...{ attentionMask: float(b, s), replaced: float(b * s) },
    },
    build(inputs) {
      const loss = () => {
        let states = embedTokens(inputs.wordRows, inputs.segmentIds, inputs, config, {});
        const mask = additiveMask(inputs.attentionMask);
        for (let layer = 0; layer < layers; layer++) states = encoderLayer(states, layer, mask, inputs, config, {});
        const weights = tf.reshape(inputs.attentionMask, [-1]);
        return { total: sigmoidCrossEntropy(replacedTokenScores(states, inputs), inputs.replaced, weights) };
      };
      const wrt = Object.fromEntries([...names, 'wordRows'].map((name) => [name, inputs[name]]));
      const { losses, gradients } = lossAndGradients(loss, wrt);
      const named = Object.entries(gradients).map(([name, value]) => [`gradient.${name}`, value]);
      return { 'loss.total': losses.total, ...Object.fromEntries(named) };
    },
  };
  const random = new CounterRandom(1, 'bench.electra');
  const all = Array.from({ length: b * s }, (_, i) => i);
  const batch = {
    key: 'electra',
    inputs: {
      segmentIds: new Int32Array(b * s),
      attentionMask: new Float32Array(b * s).fill(1),
      replaced: Float32Array.from(all, (i) => Number(random.uniform(0, i) < REPLACED)),
    },
    lookups: { words: Int32Array.from(all, (i) => random.below(vocabulary, 1, i)) },
  };
  const lookups = { wordRows: { table, ids: 'words' } };
  return { store, program: () => program, lookups, dropoutRate: () => 0, batch: () => batch };
}
