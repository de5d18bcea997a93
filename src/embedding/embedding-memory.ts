import { Arena } from '../engine/arena.js';

/**
 * Tables, optimizer state and scratch of one embedding stand in one arena, which cannot grow: the same allocation runs
 * twice, first to be measured, then for real. Its memory is shared: each thread that trains makes the same allocation once
 * more over it.
 */
export type Allocator = Pick<Arena, 'float32' | 'int32'>;

/**
 * @param allocate takes all its arrays from the allocator; called twice, must not write to the arrays
 * @returns an arena of the right size and what the second call gave
 * @throws MedgraftError `engine.memory` when it does not fit one WebAssembly memory
 */
export function allocateTogether<T>(allocate: (allocator: Allocator) => T): { arena: Arena; value: T } {
  const arena = new Arena(bytesOf(allocate), { shared: true });
  return { arena, value: allocate(arena) };
}

/** What an allocation would take; nothing is allocated. */
export function bytesOf(allocate: (allocator: Allocator) => unknown): number {
  let bytes = 0;
  const measure = (length: number) => {
    bytes += Arena.bytesFor(length);
    return 0;
  };
  allocate({ float32: (n) => new Float32Array(measure(n)), int32: (n) => new Int32Array(measure(n)) });
  return bytes;
}
