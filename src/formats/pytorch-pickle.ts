/**
 * The pickle of a PyTorch state dict: what plain pickles may hold, tensors (`torch._utils._rebuild_tensor_v2`) and the typed
 * storages they lie in (torch/serialization.py). A tensor is only described here; its numbers are read elsewhere.
 */
import type { PickleDialect } from './pickle-dialect.js';
import { PLAIN_DIALECT } from './pickle-globals.js';
import { type PickleCell, PickleForeign, PickleGlobal } from './pickle-value.js';

const STORAGES = {
  'torch.FloatStorage': ['F32', 4],
  'torch.HalfStorage': ['F16', 2],
  'torch.BFloat16Storage': ['BF16', 2],
  'torch.DoubleStorage': ['F64', 8],
  'torch.LongStorage': ['I64', 8],
  'torch.IntStorage': ['I32', 4],
  'torch.ShortStorage': ['I16', 2],
  'torch.CharStorage': ['I8', 1],
  'torch.ByteStorage': ['U8', 1],
  'torch.BoolStorage': ['BOOL', 1],
} as const;

export type TorchDtype = (typeof STORAGES)[keyof typeof STORAGES][0];

const REBUILD_TENSOR = new Set(['torch._utils._rebuild_tensor', 'torch._utils._rebuild_tensor_v2']);
const REBUILD_PARAMETER = 'torch._utils._rebuild_parameter';

/** Numbers that lie one after the other, shared by the tensors that are views of them. */
export class TorchStorage extends PickleForeign {
  readonly kind = 'storage';

  constructor(
    readonly key: string,
    readonly dtype: TorchDtype,
    readonly width: number,
    /** Numbers, as the pickle says. */
    readonly length: number,
  ) {
    super();
  }
}

/** A view of a storage. */
export class TorchTensor extends PickleForeign {
  readonly kind = 'tensor';

  constructor(
    readonly storage: TorchStorage,
    /** First number, in numbers. */
    readonly offset: number,
    readonly shape: readonly number[],
    /** In numbers. */
    readonly strides: readonly number[],
  ) {
    super();
  }
}

export interface TorchDialect extends PickleDialect {
  /** Key -> storage, of all that were named. */
  readonly storages: ReadonlyMap<string, TorchStorage>;
}

/** For one file: it remembers the file's storages. */
export function torchDialect(): TorchDialect {
  const storages = new Map<string, TorchStorage>();
  return {
    ...PLAIN_DIALECT,
    storages,
    global(module, name, offset) {
      const full = `${module}.${name}`;
      if (Object.hasOwn(STORAGES, full) || REBUILD_TENSOR.has(full) || full === REBUILD_PARAMETER) {
        return new PickleGlobal(full, offset);
      }
      return PLAIN_DIALECT.global(module, name, offset);
    },
    rebuild(callee, args, offset) {
      if (!(callee instanceof PickleGlobal)) return undefined;
      if (REBUILD_TENSOR.has(callee.name)) return tensorOf(args);
      if (callee.name !== REBUILD_PARAMETER) return PLAIN_DIALECT.rebuild(callee, args, offset);
      return args[0] instanceof PickleForeign && isTensor(args[0]) ? args[0] : undefined;
    },
    // An OrderedDict of torch carries attributes (`_metadata`), of which nothing is used.
    applyState: (target, state) =>
      (target instanceof Map && state instanceof Map) || PLAIN_DIALECT.applyState(target, state),
    persistent: (id) => storageOf(id, storages),
    expected: 'a dict of tensors, as state_dict() gives it',
    hint: 'nothing of it was run; in Python, save the model by save_pretrained(folder), which writes model.safetensors',
  };
}

/** Narrows what a pickle of this dialect gave. */
export function isTensor(cell: PickleCell): cell is TorchTensor {
  return cell instanceof TorchTensor;
}

function tensorOf(args: readonly PickleCell[]): TorchTensor | undefined {
  const [storage, offset, shape, strides] = args as readonly unknown[];
  if (!(storage instanceof TorchStorage) || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) return undefined;
  if (shape.length !== strides.length) return undefined;
  return new TorchTensor(storage, offset, shape, strides);
}

/** `('storage', class, key, device, length)`, before PyTorch 1.6 with a sixth entry that is None. */
function storageOf(id: PickleCell, storages: Map<string, TorchStorage>): TorchStorage | undefined {
  if (!Array.isArray(id)) return undefined;
  const [kind, storageClass, key, , length, view] = id as readonly unknown[];
  if (kind !== 'storage' || !(storageClass instanceof PickleGlobal) || typeof key !== 'string') return undefined;
  if (!isSize(length) || (view !== undefined && view !== null) || !Object.hasOwn(STORAGES, storageClass.name)) {
    return undefined;
  }
  const [dtype, width] = STORAGES[storageClass.name as keyof typeof STORAGES];
  const known = storages.get(key);
  if (known !== undefined) return known.dtype === dtype && known.length === length ? known : undefined;
  const storage = new TorchStorage(key, dtype, width, length);
  storages.set(key, storage);
  return storage;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= 8 && value.every(isSize);
}
