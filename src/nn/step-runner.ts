import type { CompiledProgram, Engine, NamedData, TensorData } from '../engine/engine.js';
import { createMaskPool, type MaskPool } from '../engine/kernels/dropout-mask.js';
import { addRows, readRows, rowWidth } from './row-lookups.js';
import type { BatchRunner, TrainingBatch, TrainingTask } from './training-task.js';

/**
 * One forward and backward pass: reads the batch's table rows, draws its dropout masks, runs the program of its shape,
 * and leaves every gradient in the parameter store. Programs are compiled once a shape and kept.
 */
export class StepRunner implements BatchRunner {
  private readonly programs = new Map<string, PreparedProgram>();

  constructor(
    private readonly task: Pick<TrainingTask, 'store' | 'program' | 'lookups' | 'dropoutRate'>,
    private readonly engine: Engine,
    private readonly seed: number,
  ) {}

  async run(batch: TrainingBatch, draw: number): Promise<Record<string, number>> {
    const prepared = await this.prepare(batch.key);
    const { store, lookups } = this.task;
    for (const [name, { table, ids }] of Object.entries(lookups)) {
      readRows(store.value(table), rowWidth(store, table), batch.lookups[ids], prepared.rows[name]);
    }
    for (const name of Object.keys(prepared.dropout.masks)) {
      prepared.dropout.fill(name, this.task.dropoutRate(name), this.seed, name, draw);
    }
    for (const gradient of prepared.untouched) gradient.fill(0);
    const inputs = { ...prepared.parameters, ...batch.inputs, ...prepared.rows, ...prepared.dropout.masks };
    const outputs = await prepared.program.run(inputs, { ...prepared.into, ...batch.outputs });
    this.spreadRows(batch, prepared);
    const losses = Object.entries(outputs).filter(([name]) => name.startsWith('loss.'));
    return Object.fromEntries(losses.map(([name, value]) => [name, value[0]]));
  }

  async dispose(): Promise<void> {
    for (const { program } of this.programs.values()) await program.dispose();
    this.programs.clear();
  }

  /** Adds the gradients of looked-up rows to those of their tables. */
  private spreadRows(batch: TrainingBatch, prepared: PreparedProgram): void {
    const { store, lookups } = this.task;
    for (const [name, { table, ids }] of Object.entries(lookups)) {
      const rows = prepared.into[`gradient.${name}`];
      if (rows) addRows(store.gradient(table), rowWidth(store, table), batch.lookups[ids], rows as Float32Array);
    }
  }

  private async prepare(key: string): Promise<PreparedProgram> {
    const known = this.programs.get(key);
    if (known) return known;
    const program = await this.engine.compile(this.task.program(key));
    const prepared = this.allocate(program);
    this.programs.set(key, prepared);
    return prepared;
  }

  private allocate(program: CompiledProgram): PreparedProgram {
    const { store, lookups } = this.task;
    const parameters: Record<string, Float32Array> = {};
    const masks: Record<string, number> = {};
    const rows: Record<string, Float32Array> = {};
    const into: Record<string, TensorData> = {};
    const untouched: Float32Array[] = [];
    for (const [name, { shape }] of Object.entries(program.inputs)) {
      if (name.startsWith('dropout.')) masks[name] = sizeOf(shape);
      else if (lookups[name]) rows[name] = new Float32Array(sizeOf(shape));
    }
    for (const name of store.names()) {
      const isInput = program.inputs[name] !== undefined;
      if (isInput) parameters[name] = store.value(name);
      if (!store.spec(name).trainable) continue;
      if (isInput) into[`gradient.${name}`] = store.gradient(name);
      else untouched.push(store.gradient(name));
    }
    for (const [name, { table }] of Object.entries(lookups)) {
      if (rows[name] && store.spec(table).trainable) into[`gradient.${name}`] = new Float32Array(rows[name].length);
    }
    return { program, parameters, dropout: createMaskPool(masks), rows, into, untouched };
  }
}

interface PreparedProgram {
  readonly program: CompiledProgram;
  readonly parameters: NamedData;
  readonly dropout: MaskPool;
  readonly rows: Readonly<Record<string, Float32Array>>;
  /** Where gradients are written: the store for parameters, a buffer for rows. */
  readonly into: Readonly<Record<string, TensorData>>;
  /** Gradients that no output overwrites: zeroed before rows are added. */
  readonly untouched: readonly Float32Array[];
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
