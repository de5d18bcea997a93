/**
 * A dict of plain values as `torch.save` wrote it before PyTorch 1.6 and `torch.load` still reads it (torch/serialization.py,
 * `_legacy_load`): five pickles one after the other, of which the fourth is the value and the last lists its storages, none.
 */
import type { ByteSink } from './byte-sink.js';
import { type PickleInputValue, writePickle } from './pickle-writer.js';

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;
const SIZES = { short: 2, int: 4, long: 4 };

export async function writePyTorchDict(
  sink: ByteSink,
  entries: readonly (readonly [string, PickleInputValue])[],
): Promise<void> {
  const machine = new Map<string, PickleInputValue>([
    ['protocol_version', PROTOCOL],
    ['little_endian', true],
    ['type_sizes', new Map(Object.entries(SIZES))],
  ]);
  for (const value of [MAGIC, PROTOCOL, machine, new Map(entries), []]) await writePickle(sink, value);
}
