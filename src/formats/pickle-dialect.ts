/**
 * What the pickle machine may build beyond opcodes: the names that a file may call for, and what stands for ids of things
 * outside the pickle. A dialect holds a closed list; nothing is looked up, imported or run.
 */
import type { PickleCell, PickleGlobal } from './pickle-value.js';

export interface PickleDialect {
  /** @returns undefined for a name that is refused */
  global(module: string, name: string, offset: number): PickleGlobal | undefined;
  /** @returns undefined when it is not callable here, or not with these arguments */
  rebuild(callee: PickleCell, args: readonly PickleCell[], offset: number): PickleCell | undefined;
  /** Gives a state to what was built. @returns false when it takes none */
  applyState(target: PickleCell, state: PickleCell): boolean;
  /** @returns undefined where ids of things outside the pickle are refused */
  persistent(id: PickleCell): PickleCell | undefined;
  /** For the message of a refusal. */
  readonly expected: string;
  readonly hint: string;
}
