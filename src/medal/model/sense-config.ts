import type { LstmShape } from '../../engine/recurrent/lstm-shape.js';
import type { EncoderConfig } from '../../nn/transformer-encoder.js';

/**
 * The three models of MeDAL (Wen, Lu and Reddy 2020): what each is made of. All read the words around an abbreviation and say
 * which of C senses stands at its place.
 */
export type SenseConfig = (RecurrentConfig | ElectraConfig) & {
  /** Adds what the text says of its candidates (text-cues.ts) to their logits. */
  readonly cues?: boolean;
};

export interface RecurrentConfig {
  /** `lstm`; or with attention over its states, `lstm-sa`. */
  readonly model: 'lstm' | 'lstm-sa';
  readonly lstm: LstmShape;
  /** Layers of attention, 0 of `lstm`. */
  readonly attentionLayers: number;
  readonly dropout: number;
  /** Rows of the model's own word table; 0 where vectors come from a file. */
  readonly words: number;
  /** The word table learns. */
  readonly trainsWords: boolean;
  /** C */
  readonly classes: number;
}

export interface ElectraConfig {
  readonly model: 'electra';
  readonly encoder: EncoderConfig;
  readonly classes: number;
}

export const MODEL_NAMES = ['lstm', 'lstm-sa', 'electra'] as const;
export type ModelName = (typeof MODEL_NAMES)[number];
/** What the reference calls them. */
export const OTHER_NAMES: Readonly<Record<string, ModelName>> = { rnn: 'lstm', rnnsoft: 'lstm-sa' };

export function modelNameOf(name: string): ModelName {
  return OTHER_NAMES[name] ?? (name as ModelName);
}

/** D, the width of the state that the classifier reads. */
export function stateWidth(config: SenseConfig): number {
  if (config.model === 'electra') return config.encoder.hiddenSize;
  return config.lstm.hiddenSize * (config.lstm.bidirectional ? 2 : 1);
}

/** The classifier's name in the reference's state dicts. */
export function headName({ model }: Pick<SenseConfig, 'model'>): string {
  return model === 'lstm' ? 'linear' : 'output';
}

/** Sizes of a batch that decide its program. */
export interface SenseShape {
  /** B windows of text. */
  readonly samples: number;
  /** S tokens a window. */
  readonly tokens: number;
  /** Q places that are judged. */
  readonly places: number;
  /** U senses that are anybody's candidate. */
  readonly candidates: number;
}

export function shapeKey({ samples, tokens, places, candidates }: SenseShape): string {
  return `${samples} ${tokens} ${places} ${candidates}`;
}

export function shapeOfKey(key: string): SenseShape {
  const [samples, tokens, places, candidates] = key.split(' ').map(Number);
  return { samples, tokens, places, candidates };
}
