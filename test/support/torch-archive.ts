/** Files of `torch.save` made by hand, so that a test can make them lie. */

export interface ArchiveEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Written instead of 0, stored. */
  readonly method?: number;
  /** Written instead of the true size. */
  readonly size?: number;
}

/** A zip archive of stored entries, with zip64 fields where asked. */
export function zipOf(entries: readonly ArchiveEntry[], large = false): Buffer {
  const parts: Buffer[] = [];
  const records: Buffer[] = [];
  let at = 0;
  for (const { name, bytes, method = 0, size = bytes.length } of entries) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(method, 10);
    const extra = Buffer.alloc(large ? 28 : 0);
    if (large) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      for (const [i, value] of [size, size, at].entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i);
    }
    for (const [field, value] of [
      [20, size],
      [24, size],
      [42, at],
    ]) {
      record.writeUInt32LE(large ? 0xffffffff : value, field);
    }
    record.writeUInt16LE(Buffer.byteLength(name), 28);
    record.writeUInt16LE(extra.length, 30);
    records.push(Buffer.concat([record, Buffer.from(name), extra]));
    parts.push(Buffer.concat([local, Buffer.from(name), bytes]));
    at += parts[parts.length - 1].length;
  }
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(large ? 0xffff : entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(large ? 0xffffffff : at, 16);
  return Buffer.concat([...parts, directory, ...(large ? zip64End(entries.length, directory.length, at) : []), end]);
}

function zip64End(count: number, size: number, start: number): Buffer[] {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(0x06064b50, 0);
  for (const [field, value] of [
    [32, count],
    [40, size],
    [48, start],
  ]) {
    end.writeBigUInt64LE(BigInt(value), field);
  }
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + size), 8);
  return [end, locator];
}

export interface SavedTensor {
  readonly name: string;
  readonly storage?: string;
  readonly key?: string;
  /** What the pickle says of the storage. */
  readonly length: number;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** `{name: tensor}` as PyTorch pickles it, protocol 2. */
export function statePickle(tensors: readonly SavedTensor[]): Buffer {
  return Buffer.concat([raw('\x80\x02}'), ...tensors.map(entry), raw('.')]);
}

function entry({ name, storage = 'FloatStorage', key = '0', length, offset = 0, shape, strides }: SavedTensor): Buffer {
  return Buffer.concat([
    text(name),
    raw('ctorch._utils\n_rebuild_tensor_v2\n(('),
    text('storage'),
    raw(`ctorch\n${storage}\n`),
    text(key),
    text('cpu'),
    integer(length),
    raw('tQ'),
    integer(offset),
    tuple(shape),
    tuple(strides),
    raw('\x89ccollections\nOrderedDict\n)RtRs'),
  ]);
}

function tuple(values: readonly number[]): Buffer {
  return Buffer.concat([raw('('), ...values.map(integer), raw('t')]);
}

/** LONG1 of eight bytes: any length fits. */
function integer(value: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes[0] = 0x8a;
  bytes[1] = 8;
  bytes.writeBigInt64LE(BigInt(value), 2);
  return bytes;
}

function text(value: string): Buffer {
  const size = Buffer.alloc(5);
  size[0] = 0x58;
  size.writeUInt32LE(Buffer.byteLength(value), 1);
  return Buffer.concat([size, Buffer.from(value)]);
}

function raw(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}
