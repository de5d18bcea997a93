/**
 * Reader of `pytorch_model.bin`: a state dict as `torch.save` writes it, since PyTorch 1.6 as a zip archive of stored entries
 * (`data.pkl` and a file a storage), before as pickles followed by the storages (torch/serialization.py, `_save` and
 * `_legacy_save`). Tensors are read one at a time, straight into the caller's memory; the pickle builds plain data only.
 */
import { MedgraftError } from '../base/errors.js';
import { bytesOf } from './byte-sink.js';
import { type ByteSource, openSource, readRange } from './byte-source.js';
import { widenBfloat16, widenFloat16 } from './float16.js';
import type { PickleValue } from './pickle-value.js';
import { isTensor, type TorchDtype, type TorchTensor } from './pytorch-pickle.js';
import { readArchive, readStream, torchError } from './pytorch-storages.js';
import type { WeightFile } from './weight-file.js';
import { startsAsZip } from './zip-directory.js';

/** Numbers of 2 bytes that are widened at a time. */
const CHUNK = 1 << 19;
const TAR = { at: 257, magic: 'ustar' };
const LFS_POINTER = 'version https://git-lfs';
const START_BYTES = 512;

export class TorchFile implements WeightFile {
  private constructor(
    private readonly source: ByteSource,
    readonly tensors: ReadonlyMap<string, TorchTensor>,
    /** Key of a storage -> first byte. */
    private readonly starts: ReadonlyMap<string, number>,
  ) {}

  get place(): string {
    return this.source.place;
  }

  /**
   * @throws MedgraftError `formats.pytorch`, `formats.zip`, `formats.truncated`, `formats.missing`, and as `readPickle`; what
   * the pickle asks for besides tensors is named
   */
  static async open(path: string): Promise<TorchFile> {
    const source = await openSource(path);
    try {
      return await TorchFile.from(source);
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  static async from(source: ByteSource): Promise<TorchFile> {
    const start = await readRange(source, 0, Math.min(START_BYTES, source.size));
    const isArchive = startsAsZip(start);
    if (!isArchive) assertStream(start, source.place);
    const { value, starts } = await (isArchive ? readArchive : readStream)(source);
    return new TorchFile(source, tensorsOf(value, source.place), starts);
  }

  /**
   * A floating-point tensor as float32, row-major whatever its strides.
   * @param into as long as the tensor; allocated when left out
   * @throws MedgraftError `formats.tensor-missing`, `formats.tensor-type`, `formats.tensor-shape`, `formats.pytorch`
   */
  async float32(name: string, into?: Float32Array): Promise<Float32Array> {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) {
      throw new MedgraftError('missing', 'formats.tensor-missing', `there is no tensor ${JSON.stringify(name)}`, {
        place: this.place,
        got: `${this.tensors.size} tensors: ${[...this.tensors.keys()].slice(0, 5).join(', ')}, ...`,
      });
    }
    const place = `${this.place}, tensor ${JSON.stringify(name)}`;
    const { storage, offset, shape } = tensor;
    const length = lengthOf(shape);
    const span = spanOf(tensor);
    if (offset + span > storage.length || length > storage.length) {
      throw torchError(place, 'the tensor is larger than its storage', `${storage.length} numbers`, `${offset + span}`);
    }
    const target = into ?? new Float32Array(length);
    if (target.length !== length) {
      const [expected, got] = [`${target.length} elements`, `shape [${shape}]`];
      throw new MedgraftError('input', 'formats.tensor-shape', 'the tensor does not fit', { place, expected, got });
    }
    const first = (this.starts.get(storage.key) as number) + offset * storage.width;
    if (isRowMajor(tensor)) await this.numbers(first, storage.dtype, target, place);
    else {
      const spanned = new Float32Array(span);
      await this.numbers(first, storage.dtype, spanned, place);
      gather(spanned, tensor, target);
    }
    return target;
  }

  close(): Promise<void> {
    return this.source.close();
  }

  /** Numbers one after the other, from a byte of the file. */
  private async numbers(first: number, dtype: TorchDtype, target: Float32Array, place: string): Promise<void> {
    if (dtype === 'F32') return this.source.read(first, bytesOf(target));
    if (dtype !== 'F16' && dtype !== 'BF16' && dtype !== 'F64') {
      const expected = 'F32, F16, BF16 or F64';
      throw new MedgraftError('input', 'formats.tensor-type', 'the tensor does not fit', {
        place,
        expected,
        got: dtype,
      });
    }
    const width = dtype === 'F64' ? 8 : 2;
    for (let from = 0; from < target.length; from += CHUNK) {
      const part = target.subarray(from, from + CHUNK);
      const { buffer } = await readRange(this.source, first + from * width, part.length * width);
      if (dtype === 'F64') part.set(new Float64Array(buffer));
      else if (dtype === 'F16') widenFloat16(new Uint16Array(buffer), part);
      else widenBfloat16(new Uint16Array(buffer), part);
    }
  }
}

/** What trainings call the weights in a checkpoint that holds an optimizer and counts besides. */
const STATE_DICTS = ['model_state_dict', 'state_dict'];

/** The tensors of a dict by their names; what else it holds is nobody's weight. */
function tensorsOf(value: PickleValue, place: string): ReadonlyMap<string, TorchTensor> {
  const inner = value instanceof Map ? STATE_DICTS.map((name) => value.get(name)) : [];
  const dict = inner.find((state) => state instanceof Map) ?? value;
  const entries = dict instanceof Map ? [...dict] : [];
  const tensors = new Map<string, TorchTensor>();
  for (const [name, cell] of entries) if (typeof name === 'string' && isTensor(cell)) tensors.set(name, cell);
  if (tensors.size > 0) return tensors;
  const got =
    entries.length === 0
      ? 'no dict'
      : `a dict of ${entries
          .map(([key]) => String(key))
          .slice(0, 5)
          .join(', ')}`;
  throw torchError(place, 'the file holds no tensors by name', 'a state dict', got);
}

function assertStream(start: Uint8Array, place: string): void {
  const text = Buffer.from(start).toString('latin1');
  if (text.startsWith(LFS_POINTER)) {
    throw new MedgraftError('input', 'formats.pytorch', 'this is only a pointer to a file of Git LFS', {
      place,
      hint: 'fetch the file itself: git lfs pull, or download it from the model page',
    });
  }
  if (text.startsWith(TAR.magic, TAR.at)) {
    throw torchError(place, 'this is a tar archive of PyTorch before 0.1.10', 'a file of torch.save since then', 'tar');
  }
  if (start[0] !== 0x80) {
    throw torchError(
      place,
      'this is no file of torch.save',
      'a zip archive, or a pickle',
      `${text.length} bytes or more`,
    );
  }
}

/** How many numbers lie between a tensor's first and last, both counted. */
function spanOf({ shape, strides }: TorchTensor): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((span, side, axis) => span + (side - 1) * strides[axis], 1);
}

function isRowMajor({ shape, strides }: TorchTensor): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

function gather(spanned: Float32Array, { shape, strides }: TorchTensor, target: Float32Array): void {
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let i = 0; i < target.length; i++) {
    target[i] = spanned[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= shape[axis] * strides[axis];
      index[axis] = 0;
    }
  }
}

function lengthOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}
