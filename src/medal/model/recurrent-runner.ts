import type { Engine } from '../../engine/engine.js';
import { lstmParameters } from '../../engine/recurrent/lstm-shape.js';
import { LstmStack } from '../../engine/recurrent/lstm-stack.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { addRows, readRows } from '../../nn/row-lookups.js';
import { StepRunner } from '../../nn/step-runner.js';
import type { BatchRunner, TrainingTask } from '../../nn/training-task.js';
import { gradientOfStates, type StateLayout, statesForProgram } from './recurrent-states.js';
import { type RecurrentConfig, stateWidth } from './sense-config.js';
import { WORDS } from './sense-parameters.js';
import type { RecurrentBatch } from './token-batch.js';

/** One pass over a model of two halves: the LSTM over all tokens, then a program that reads its states (sense-program.ts). */
export class RecurrentRunner<B extends RecurrentBatch> implements BatchRunner {
  private readonly head: StepRunner;
  private readonly store: ParameterStore;
  private stack: LstmStack | undefined;

  constructor(
    task: Pick<TrainingTask, 'store' | 'program' | 'lookups' | 'dropoutRate'>,
    private readonly config: RecurrentConfig,
    private readonly layout: StateLayout<B>,
    private readonly engine: Engine,
    private readonly seed: number,
  ) {
    this.store = task.store;
    this.head = new StepRunner(task, engine, seed);
  }

  async run(batch: B, draw: number): Promise<Record<string, number>> {
    const { config, store, seed } = this;
    const stack = (this.stack ??= await openStack(config, this.engine));
    const inputs = wordRows(store, batch, config);
    const states = await stack.forward(inputs, batch.lengths, recurrentValues(store, config), { seed, draw });
    const [rows, width] = [this.layout(batch), stateWidth(config)];
    const gradient = new Float32Array(rows.count * width);
    const losses = await this.head.run(
      {
        ...batch,
        inputs: { ...batch.inputs, states: statesForProgram(states, rows, width) },
        outputs: { 'gradient.states': gradient },
      },
      draw,
    );
    // After the head: its runner sets the gradients that its program does not know to 0.
    await this.backward(stack, gradientOfStates(gradient, rows, width), batch);
    return losses;
  }

  async dispose(): Promise<void> {
    await this.head.dispose();
    await this.stack?.dispose();
    this.stack = undefined;
  }

  private async backward(stack: LstmStack, gradient: Float32Array, { words }: B): Promise<void> {
    const { config, store } = this;
    const into = Object.fromEntries(namesOfLstm(config).map((name) => [name, store.gradient(`rnn.${name}`)]));
    const learns = config.words > 0 && config.trainsWords;
    const rows = await stack.backward(gradient, into, { inputs: learns });
    if (rows) addRows(store.gradient(WORDS), config.lstm.inputSize, words, rows);
  }
}

export function openStack({ lstm }: RecurrentConfig, { threads }: Pick<Engine, 'threads'>): Promise<LstmStack> {
  return LstmStack.create(lstm, { threads: Math.min(2, threads) });
}

/** [tokens, I] */
export function wordRows(
  store: ParameterStore,
  { words }: Pick<RecurrentBatch, 'words'>,
  { lstm }: RecurrentConfig,
): Float32Array {
  const rows = new Float32Array(words.length * lstm.inputSize);
  readRows(store.value(WORDS), lstm.inputSize, words, rows);
  return rows;
}

export function recurrentValues(store: ParameterStore, config: RecurrentConfig): Record<string, Float32Array> {
  return Object.fromEntries(namesOfLstm(config).map((name) => [name, store.value(`rnn.${name}`)]));
}

function namesOfLstm({ lstm }: RecurrentConfig): string[] {
  return lstmParameters(lstm).map(({ name }) => name);
}
