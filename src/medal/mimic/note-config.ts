import type { ElectraConfig, RecurrentConfig } from '../model/sense-config.js';

/**
 * A model that reads a whole note (Wen, Lu and Reddy 2020, section 5): the same encoders that say what an abbreviation means, and
 * instead of the state at one place one state of the note. Its classes are K outputs, each true or not.
 */
export type NoteConfig = (RecurrentConfig | ElectraConfig) & {
  /** Of `lstm`: the share of the note's state that its classifier does not see in a step. */
  readonly headDropout: number;
};

/** Sizes of a batch that decide its program: B notes of S tokens. */
export interface NoteShape {
  readonly samples: number;
  readonly tokens: number;
}

export function noteKey({ samples, tokens }: NoteShape): string {
  return `${samples} ${tokens}`;
}

export function noteShapeOf(key: string): NoteShape {
  const [samples, tokens] = key.split(' ').map(Number);
  return { samples, tokens };
}

/** Share of the scores of the learned query that a step does not see. */
export function scoreDropout(config: NoteConfig): number {
  return config.model === 'electra' ? config.encoder.hiddenDropout : config.dropout;
}
