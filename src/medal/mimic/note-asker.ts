import type { Engine } from '../../engine/engine.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { KeptPrograms } from '../model/kept-programs.js';
import { sequenceRows } from '../model/recurrent-states.js';
import { denseNames } from '../model/sense-program.js';
import { StateInputs } from '../model/state-inputs.js';
import { type BatchSizes, collateTokens, type RecurrentBatch, type TextTokens } from '../model/token-batch.js';
import { type NoteConfig, noteKey } from './note-config.js';
import { noteAskingProgram } from './note-program.js';

/** Asks a model of notes, without dropout. The caller brings notes of like lengths together. */
export class NoteAsker {
  private readonly programs: KeptPrograms;
  private readonly states: StateInputs<RecurrentBatch>;

  constructor(
    private readonly store: ParameterStore,
    private readonly config: NoteConfig,
    engine: Engine,
    private readonly sizes: BatchSizes,
  ) {
    this.programs = new KeptPrograms(engine);
    this.states = new StateInputs(store, config, engine, sequenceRows);
  }

  /** @param notes at most `sizes.samples` @returns [notes, K] logits, a view of what the next call replaces */
  async ask(notes: readonly TextTokens[]): Promise<Float32Array> {
    const { store, config } = this;
    const { tokens, ...batch } = collateTokens(notes, this.sizes);
    const key = noteKey(batch.shape);
    const rows = await this.states.of({ ...batch, key, lookups: { tokens } });
    const program = await this.programs.of(key, () => noteAskingProgram(store, config, batch.shape));
    const parameters = Object.fromEntries(denseNames(store, config, true).map((name) => [name, store.value(name)]));
    const { logits } = await program.run({ ...parameters, ...batch.inputs, ...rows });
    return (logits as Float32Array).subarray(0, notes.length * config.classes);
  }

  async dispose(): Promise<void> {
    await this.programs.dispose();
    await this.states.dispose();
  }
}
