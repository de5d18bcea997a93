import { lstmParameters } from '../../engine/recurrent/lstm-shape.js';
import type { ParameterSpec } from '../../nn/parameter-store.js';
import { denseSpecs, encoderParameterSpecs, normSpecs } from '../../nn/transformer-encoder.js';
import { headName, type RecurrentConfig, type SenseConfig, stateWidth } from './sense-config.js';
import { CUE_WEIGHTS, CUES } from './text-cues.js';

/**
 * The parameters of a model by the names of the reference's state dicts: `rnn.*` as torch.nn.LSTM, `norm` and
 * `attentions.<i>` of the attention over states, `linear` or `output`; ELECTRA's as in transformers. The word table is ours.
 */
export const WORDS = 'embeddings.weight';

/** What a model starts with, where that is not random. */
export interface StartValues {
  /** [W, I] vectors of the word table. */
  readonly words?: Float32Array;
  /** [C] bias of the classifier. */
  readonly bias?: Float32Array;
}

export function senseParameterSpecs(config: SenseConfig, { words, bias }: StartValues = {}): ParameterSpec[] {
  const width = stateWidth(config);
  const uniform = { kind: 'uniform', bound: 1 / Math.sqrt(width) } as const;
  const [weight, zeros] = denseSpecs(headName(config), config.classes, width, uniform);
  const head = [weight, bias ? { ...zeros, initial: { kind: 'values', values: bias } as const } : zeros];
  if (config.cues) head.push(CUE_SPEC);
  if (config.model === 'electra') return [...encoderParameterSpecs(config.encoder), ...head];
  return [...wordSpecs(config, words), ...recurrentSpecs(config), ...attentionSpecs(config), ...head];
}

const CUE_SPEC: ParameterSpec = {
  name: CUE_WEIGHTS,
  shape: [CUES],
  initial: { kind: 'ones' },
  decay: false,
  trainable: true,
};

function wordSpecs(
  { words: rows, trainsWords, lstm }: RecurrentConfig,
  values: Float32Array | undefined,
): ParameterSpec[] {
  if (rows === 0) return [];
  const initial = values ? ({ kind: 'values', values } as const) : ({ kind: 'normal', deviation: 1 } as const);
  return [{ name: WORDS, shape: [rows, lstm.inputSize], initial, decay: false, trainable: trainsWords }];
}

/** As PyTorch starts them: uniform in +-1 / sqrt(H). */
function recurrentSpecs({ lstm }: RecurrentConfig): ParameterSpec[] {
  const initial = { kind: 'uniform', bound: 1 / Math.sqrt(lstm.hiddenSize) } as const;
  return lstmParameters(lstm).map(({ name, shape }) => ({
    name: `rnn.${name}`,
    shape,
    initial,
    decay: shape.length > 1,
    trainable: true,
  }));
}

function attentionSpecs(config: RecurrentConfig): ParameterSpec[] {
  const d = stateWidth(config);
  if (config.attentionLayers === 0) return [];
  const specs: ParameterSpec[] = normSpecs('norm', d);
  for (let layer = 0; layer < config.attentionLayers; layer++) {
    const name = `attentions.${layer}`;
    specs.push(
      {
        name: `${name}.W`,
        shape: [d, d],
        initial: { kind: 'uniform', bound: 1 / Math.sqrt(d) },
        decay: true,
        trainable: true,
      },
      { name: `${name}.bias`, shape: [1], initial: { kind: 'zeros' }, decay: false, trainable: true },
      ...normSpecs(`${name}.norm`, d),
    );
  }
  return specs;
}
