import type { CompiledProgram, Engine, Program } from '../../engine/engine.js';

/** Programs that are kept; each holds buffers of its shape. */
const KEPT = 12;

/** Compiled programs by their shapes; the one that was not asked for longest is given up when there are too many. */
export class KeptPrograms {
  private readonly programs = new Map<string, CompiledProgram>();

  constructor(private readonly engine: Pick<Engine, 'compile'>) {}

  async of(key: string, make: () => Program): Promise<CompiledProgram> {
    const program = this.programs.get(key) ?? (await this.engine.compile(make()));
    // The last asked stands last.
    this.programs.delete(key);
    this.programs.set(key, program);
    if (this.programs.size > KEPT) {
      const [[oldest, unused]] = this.programs;
      this.programs.delete(oldest);
      await unused.dispose();
    }
    return program;
  }

  async dispose(): Promise<void> {
    for (const program of this.programs.values()) await program.dispose();
    this.programs.clear();
  }
}
