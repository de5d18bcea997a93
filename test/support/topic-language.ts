/**
 * A language to learn in seconds: the words of a sentence are drawn from one of its topics, so that a word of another topic does not
 * belong there; and a small ELECTRA that reads it.
 */
import { CounterRandom } from '../../src/base/random.js';
import type { Engine } from '../../src/engine/engine.js';
import { type ElectraConfig, electraParameterSpecs, generatorOf } from '../../src/medal/pretraining/electra-config.js';
import { ElectraTask } from '../../src/medal/pretraining/electra-task.js';
import { MaskedBatches, SPECIAL_TOKENS } from '../../src/medal/pretraining/masked-batches.js';
import { evaluateReplacedTokens } from '../../src/medal/pretraining/replaced-token-evaluation.js';
import { ReplacedTokenStep } from '../../src/medal/pretraining/replaced-token-step.js';
import { BatchSequence } from '../../src/nn/length-buckets.js';
import { ParameterStore } from '../../src/nn/parameter-store.js';

const WORDS = 40;
const TOPICS = 10;
const SPECIAL = { pad: 0, unknown: 1, classify: 2, separate: 3, mask: 4 };
const FIRST_WORD = 5;
const SENTENCE = 14;
const SENTENCES = 400;
const HELD = 80;
const SAMPLES = 16;
const WEIGHT = 50;

export interface TopicElectra {
  readonly store: ParameterStore;
  readonly task: ElectraTask;
  readonly evaluation: ReplacedTokenStep;
}

export function topicElectra(engine: Engine, seed: number): TopicElectra {
  const config = configOf();
  const store = new ParameterStore(electraParameterSpecs(config), seed);
  const options = { samples: SAMPLES, maskRate: 0.15, maskProbability: 0.85, special: SPECIAL, seed };
  const batches = new MaskedBatches(sentence, options);
  const model = { store, config, weight: WEIGHT, shape: (key: string) => batches.shape(key) };
  const evaluation = new ReplacedTokenStep(model, engine, seed, 'medal.evaluation', false);
  const held = sequence(SENTENCES, SENTENCES + HELD, seed);
  const judge = () => evaluateReplacedTokens(evaluation, batches, held, held.batchesPerEpoch, WEIGHT);
  return {
    store,
    evaluation,
    task: new ElectraTask(store, config, batches, sequence(0, SENTENCES, seed), 1, WEIGHT, judge),
  };
}

function configOf(): ElectraConfig {
  const discriminator = {
    ...{
      prefix: 'electra',
      vocabularySize: FIRST_WORD + WORDS,
      hiddenSize: 32,
      embeddingSize: 16,
      layers: 2,
      heads: 2,
    },
    ...{ intermediateSize: 64, maximumPositions: 16, typeVocabularySize: 2, layerNormEpsilon: 1e-12 },
    ...{ initializerRange: 0.02, hiddenDropout: 0, attentionDropout: 0 },
  };
  return { discriminator, generator: generatorOf(discriminator, 0.125) };
}

function sentence(number: number): Int32Array {
  const random = new CounterRandom(1, 'test.sentences', number);
  const topic = random.below(TOPICS, 0, 0);
  return Int32Array.from(
    { length: SENTENCE },
    (_, i) => FIRST_WORD + topic + TOPICS * random.below(WORDS / TOPICS, 1, i),
  );
}

function sequence(first: number, end: number, seed: number): BatchSequence {
  const segments = Int32Array.from({ length: end - first }, (_, i) => first + i);
  return new BatchSequence([{ tokens: SENTENCE + SPECIAL_TOKENS, segments }], SAMPLES, seed, 'test');
}
