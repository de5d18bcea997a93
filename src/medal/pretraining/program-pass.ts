import type { CompiledProgram, NamedData, TensorData } from '../../engine/engine.js';
import { createMaskPool, type MaskPool } from '../../engine/kernels/dropout-mask.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { addRows, readRows } from '../../nn/row-lookups.js';

export interface PassPlan {
  readonly store: ParameterStore;
  /** The table that `wordRows` are read from. */
  readonly table: string;
  /** Parameters whose gradient is added to the one that is there; those of others are written over it. */
  adds(name: string): boolean;
}

/** One of the programs of a step with its arrays: reads word rows, draws dropout, and leaves gradients in the store. */
export class ProgramPass {
  private readonly parameters: Record<string, Float32Array> = {};
  private readonly rows: Float32Array;
  private readonly masks: MaskPool;
  private readonly into: Record<string, TensorData> = {};
  private readonly added: string[] = [];

  constructor(
    private readonly program: CompiledProgram,
    private readonly plan: PassPlan,
  ) {
    const { store } = plan;
    const masks: Record<string, number> = {};
    for (const [name, { shape }] of Object.entries(program.inputs)) {
      if (name.startsWith('dropout.')) masks[name] = sizeOf(shape);
    }
    this.masks = createMaskPool(masks);
    this.rows = new Float32Array(sizeOf(program.inputs['wordRows'].shape));
    for (const name of store.names()) {
      if (program.inputs[name] !== undefined) this.parameters[name] = store.value(name);
    }
    for (const [output, { shape }] of Object.entries(program.outputs)) {
      const name = output.replace(/^gradient\./, '');
      const isWritten = name !== output && name !== 'wordRows' && !plan.adds(name);
      this.into[output] = isWritten ? store.gradient(name) : new Float32Array(sizeOf(shape));
      if (name !== output && name !== 'wordRows' && !isWritten) this.added.push(name);
    }
  }

  /**
   * @param words [N] pieces
   * @param dropout keys the masks of places that drop
   * @returns outputs, which the next pass overwrites
   */
  async run(
    words: Int32Array,
    inputs: NamedData,
    dropout: { readonly rate: (place: string) => number; readonly seed: number; readonly purpose: string },
    draw: number,
  ): Promise<NamedData> {
    const { store, table } = this.plan;
    const width = store.spec(table).shape[1];
    readRows(store.value(table), width, words, this.rows);
    for (const name of Object.keys(this.masks.masks)) {
      this.masks.fill(name, dropout.rate(name), dropout.seed, `${dropout.purpose}.${name}`, draw);
    }
    const batch = Object.fromEntries(Object.keys(inputs).flatMap((name) => this.input(name, inputs[name])));
    const outputs = await this.program.run(
      { ...this.parameters, ...batch, wordRows: this.rows, ...this.masks.masks },
      this.into,
    );
    for (const name of this.added) addTo(store.gradient(name), outputs[`gradient.${name}`]);
    const gradient = outputs['gradient.wordRows'];
    if (gradient) addRows(store.gradient(table), width, words, gradient as Float32Array);
    return outputs;
  }

  async dispose(): Promise<void> {
    await this.program.dispose();
  }

  /** Of a batch's inputs those that this program has. */
  private input(name: string, data: TensorData): [string, TensorData][] {
    return this.program.inputs[name] === undefined ? [] : [[name, data]];
  }
}

function addTo(target: Float32Array, source: TensorData): void {
  for (let i = 0; i < target.length; i++) target[i] += source[i];
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
