import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../src/engine/create-engine.js';
import { FrequencyRanker } from '../../src/medal/disambiguation/frequency-ranker.js';
import { readInventory } from '../../src/medal/inventory/read-inventory.store.js';
import { openSenseRanker } from '../../src/medal/model/open-sense-ranker.store.js';
import type { SenseConfig } from '../../src/medal/model/sense-config.js';
import { writeSenseModel } from '../../src/medal/model/sense-model.store.js';
import { senseParameterSpecs } from '../../src/medal/model/sense-parameters.js';
import { WholeWords } from '../../src/medal/model/word-encoder.js';
import { ParameterStore } from '../../src/nn/parameter-store.js';
import { senseRankerSuite } from './sense-ranker.suite.js';

senseRankerSuite('by frequency', async () => ({
  ranker: new FrequencyRanker(await readInventory('toy_kg/abbreviations.txt')),
  close: async () => {},
}));

const WORDS = '[PAD] [UNK] the head was seen by CT and later MS of both joints noted RA an beside PE'.split(' ');
const PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...WORDS.slice(2).map((word) => word.toLowerCase())];
const recurrent = (model: 'lstm' | 'lstm-sa'): SenseConfig => ({
  model,
  lstm: { inputSize: 6, hiddenSize: 8, layers: 2, bidirectional: true, dropout: 0 },
  attentionLayers: model === 'lstm-sa' ? 1 : 0,
  dropout: 0,
  words: WORDS.length,
  trainsWords: true,
  classes: 22,
});
const ELECTRA: SenseConfig = {
  model: 'electra',
  classes: 22,
  encoder: {
    prefix: 'electra',
    vocabularySize: PIECES.length,
    hiddenSize: 16,
    embeddingSize: 8,
    layers: 1,
    heads: 2,
    intermediateSize: 24,
    maximumPositions: 24,
    typeVocabularySize: 2,
    layerNormEpsilon: 1e-12,
    initializerRange: 0.5,
    hiddenDropout: 0,
    attentionDropout: 0,
  },
};

for (const config of [recurrent('lstm'), recurrent('lstm-sa'), ELECTRA]) {
  senseRankerSuite(`by ${config.model}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ranker-'));
    const words = config.model === 'electra' ? PIECES : WORDS;
    await writeSenseModel(folder, {
      config,
      reading: { maximumWords: 16, bucketWords: 8, lowerCase: true, temperature: 1.5 },
      store: new ParameterStore(senseParameterSpecs(config), 1),
      vocabulary: `${words.join('\n')}\n`,
      encoder: new WholeWords(words),
      inventory: await readInventory('toy_kg/abbreviations.txt'),
    });
    const ranker = await openSenseRanker(folder, await createEngine('onnx', 1));
    return {
      ranker,
      async close() {
        await ranker.dispose();
        await rm(folder, { recursive: true });
      },
    };
  });
}
