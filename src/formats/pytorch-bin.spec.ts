import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../test/house/source-files.js';
import { type ArchiveEntry, type SavedTensor, statePickle, zipOf } from '../../test/support/torch-archive.js';
import { MedgraftError } from '../base/errors.js';
import { CounterRandom } from '../base/random.js';
import { MemorySource } from './byte-source.js';
import { TorchFile } from './pytorch-bin.js';
import { SafetensorsFile } from './safetensors.js';
import { openWeights } from './weight-folder.js';

// Written by torch 2.15: test/parity/hugging_face.py.
const FOLDER = join(ROOT, 'test/parity/hugging-face');
const at = (name: string) => join(FOLDER, name);

const openBytes = (bytes: Uint8Array) => TorchFile.from(new MemorySource(bytes, 'model.bin'));
const archive = (pickle: Buffer, others: readonly ArchiveEntry[] = []) =>
  zipOf([{ name: 'model/data.pkl', bytes: pickle }, ...others]);
const floats = (...values: number[]): ArchiveEntry => ({
  name: 'model/data/0',
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});
const TENSOR: SavedTensor = { name: 'w', length: 6, shape: [2, 3], strides: [3, 1] };

describe('pytorch_model.bin', () => {
  it.each(['pytorch_model.bin', 'legacy.bin'])(
    'holds the numbers of model.safetensors bit by bit: %s',
    async (name) => {
      const [torch, safe] = [await TorchFile.open(at(name)), await SafetensorsFile.open(at('model.safetensors'))];
      for (const tensor of safe.tensors.keys()) {
        const called =
          name === 'legacy.bin'
            ? tensor.replace('Norm.weight', 'Norm.gamma').replace('Norm.bias', 'Norm.beta')
            : tensor;
        expect(await torch.float32(called), tensor).toEqual(await safe.float32(tensor));
        expect(torch.tensors.get(called)?.shape).toEqual(safe.tensors.get(tensor)?.shape);
      }
      await torch.close();
      await safe.close();
    },
  );

  it('gives half precision, columns first and shared storages as safetensors has them', async () => {
    const [torch, shards] = [await TorchFile.open(at('half.bin')), await openShards()];
    expect(shards.tensors.size).toBe(torch.tensors.size);
    for (const tensor of shards.tensors.keys()) {
      expect(await torch.float32(tensor), tensor).toEqual(await shards.float32(tensor));
    }
    await torch.close();
    await shards.close();
  });

  it('gives bfloat16 to its eight bits', async () => {
    const [torch, safe] = [await TorchFile.open(at('bfloat.bin')), await SafetensorsFile.open(at('model.safetensors'))];
    const name = 'encoder.layer.1.output.dense.weight';
    const [rounded, exact] = [await torch.float32(name), await safe.float32(`bert.${name}`)];
    expect(rounded).not.toEqual(exact);
    for (const [i, value] of exact.entries())
      expect(Math.abs(rounded[i] - value)).toBeLessThanOrEqual(Math.abs(value) / 256);
    await torch.close();
    await safe.close();
  });

  it('reads into given memory, views with offsets, and archives with zip64 sizes', async () => {
    const tensors = [TENSOR, { ...TENSOR, name: 'column', offset: 1, shape: [2], strides: [3] }];
    const entries = [{ name: 'model/data.pkl', bytes: statePickle(tensors) }, floats(1, 2, 3, 4, 5, 6)];
    for (const large of [false, true]) {
      const file = await openBytes(zipOf(entries, large));
      const memory = new Float32Array(6);
      expect(await file.float32('w', memory)).toBe(memory);
      expect([...memory]).toEqual([1, 2, 3, 4, 5, 6]);
      expect([...(await file.float32('column'))]).toEqual([2, 5]);
      await expect(file.float32('w', new Float32Array(5))).rejects.toMatchObject({ code: 'formats.tensor-shape' });
      await expect(file.float32('other')).rejects.toMatchObject({ code: 'formats.tensor-missing' });
    }
  });

  it('gives integers to nobody as floats', async () => {
    const file = await openBytes(
      archive(statePickle([{ ...TENSOR, storage: 'IntStorage' }]), [floats(1, 2, 3, 4, 5, 6)]),
    );
    await expect(file.float32('w')).rejects.toMatchObject({ code: 'formats.tensor-type', details: { got: 'I32' } });
  });
});

describe('a file that lies', () => {
  it.each<[string, SavedTensor, string]>([
    ['of its storage', { ...TENSOR, length: 2 ** 40, shape: [2 ** 40], strides: [1] }, 'storage'],
    ['of a storage that is not there', { ...TENSOR, key: '7' }, 'storage'],
    ['by a key that is a path', { ...TENSOR, key: '../../data/0' }, 'storage'],
  ])('about the length %s is refused before memory is asked for', async (_, tensor, place) => {
    await expect(openBytes(archive(statePickle([tensor]), [floats(1, 2, 3, 4, 5, 6)]))).rejects.toMatchObject({
      code: 'formats.pytorch',
      details: { place: expect.stringContaining(place) },
    });
  });

  it.each<[string, Partial<SavedTensor>]>([
    ['offset', { offset: 1 }],
    ['strides', { strides: [4, 1] }],
    ['shape', { shape: [3, 3] }],
    ['repetition', { shape: [2 ** 30, 2 ** 20], strides: [0, 0] }],
    ['repetition of nothing', { shape: [2 ** 50, 0, 8], strides: [0, 0, 0], offset: 7 }],
  ])('about a tensor (%s) is refused when that is read', async (_, change) => {
    const file = await openBytes(archive(statePickle([{ ...TENSOR, ...change }]), [floats(1, 2, 3, 4, 5, 6)]));
    await expect(file.float32('w')).rejects.toMatchObject({ code: 'formats.pytorch' });
  });

  it('in its archive is refused: packed, larger than the file, twice there, none of torch', async () => {
    const pickle = statePickle([TENSOR]);
    const data = floats(1, 2, 3, 4, 5, 6);
    for (const [bytes, code] of [
      [archive(pickle, [{ ...data, method: 8 }]), 'formats.zip'],
      [archive(pickle, [{ ...data, size: 1 << 30 }]), 'formats.pytorch'],
      [zipOf([{ name: 'model/data.pkl', bytes: pickle, size: 1 << 30 }, data]), 'formats.zip'],
      [archive(pickle, [data, data]), 'formats.zip'],
      [archive(pickle, [data, { name: 'model/byteorder', bytes: Buffer.from('big') }]), 'formats.pytorch'],
      [zipOf([data]), 'formats.pytorch'],
      [zipOf([]), 'formats.pytorch'],
      [archive(Buffer.from('\x80\x02}.', 'latin1')), 'formats.pytorch'],
    ] as const) {
      await expect(openBytes(bytes)).rejects.toMatchObject({ kind: 'input', code });
    }
  });
});

describe('what is refused by name', () => {
  it.each([
    ['posix.system', 'cposix\nsystem\n(X\x04\x00\x00\x00echotR.'],
    ['builtins.eval', 'cbuiltins\neval\n(X\x01\x00\x00\x001tR.'],
    ['torch.storage._load_from_bytes', 'ctorch.storage\n_load_from_bytes\n(C\x01\x00tR.'],
    ['transformers.models.bert.modeling_bert.BertModel', 'ctransformers.models.bert.modeling_bert\nBertModel\n)\x81.'],
    ['torch.ComplexFloatStorage', 'ctorch\nComplexFloatStorage\n.'],
    ['a persistent id', '(X\x06\x00\x00\x00moduletQ.'],
  ])('%s', async (name, pickle) => {
    await expect(openBytes(archive(Buffer.from(`\x80\x02${pickle}`, 'latin1')))).rejects.toMatchObject({
      code: 'formats.pickle-class',
      details: { got: expect.stringContaining(name), hint: expect.stringContaining('save_pretrained') },
    });
  });

  it('old tar archives, pointers of Git LFS, and what is no file of torch', async () => {
    const tar = Buffer.alloc(600);
    tar.write('ustar', 257);
    for (const [bytes, message] of [
      [tar, 'tar archive'],
      [Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 4\n'), 'Git LFS'],
      [Buffer.from('{}'), 'no file of torch.save'],
      [new Uint8Array(), 'no file of torch.save'],
      [Buffer.from('\x80\x02K\x01.\x80\x02K\x02.', 'latin1'), 'no file of torch.save'],
    ] as const) {
      await expect(openBytes(bytes)).rejects.toMatchObject({ message: expect.stringContaining(message) });
    }
  });
});

describe('damaged files', () => {
  it.each(['pytorch_model.bin', 'legacy.bin'])('give an error for people or whole numbers: %s', async (name) => {
    const whole = readFileSync(at(name));
    const random = new CounterRandom(7, 'pytorch-bin.spec');
    let refused = 0;
    for (let i = 0; i < 300; i++) {
      let bytes = Buffer.from(whole);
      if (i % 3 === 0) bytes = bytes.subarray(0, random.below(bytes.length, i, 0));
      else
        for (let k = 0; k < 1 + (i % 7); k++)
          bytes[random.below(bytes.length, i, 2 * k)] = random.below(256, i, 2 * k + 1);
      try {
        const file = await openBytes(bytes);
        for (const [tensor, { shape }] of file.tensors) {
          if (!tensor.includes('position_ids'))
            expect(await file.float32(tensor)).toHaveLength(shape.reduce((a, b) => a * b, 1));
        }
      } catch (error) {
        expect(error).toBeInstanceOf(MedgraftError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

async function openShards() {
  const folder = await mkdtemp(join(tmpdir(), 'shards-'));
  const files = ['model.safetensors.index.json', ...[1, 2].map((part) => `model-0000${part}-of-00002.safetensors`)];
  for (const file of files) await copyFile(at(file), join(folder, file));
  const weights = await openWeights(folder);
  await rm(folder, { recursive: true }); // What is open stays readable.
  return weights;
}
