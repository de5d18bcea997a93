import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { MemorySink } from './byte-sink.js';
import { MemorySource } from './byte-source.js';
import { type NamedTensor, SafetensorsFile, writeSafetensors } from './safetensors.js';

/** Saved by the Python package, version 0.8.0, from the tensors of `tensors` below. */
const PYTHON =
  '38010000000000007b225f5f6d657461646174615f5f223a7b22666f726d6174223a226e70227d2c2269223a7b226474797065223a22493634222c227368617065223a5b315d2c22646174615f6f666673657473223a5b302c385d7d2c2262223a7b226474797065223a22463332222c227368617065223a5b322c325d2c22646174615f6f666673657473223a5b382c32345d7d2c2265223a7b226474797065223a22463332222c227368617065223a5b302c335d2c22646174615f6f666673657473223a5b32342c32345d7d2c2261223a7b226474797065223a22493332222c227368617065223a5b325d2c22646174615f6f666673657473223a5b32342c33325d7d2c2275223a7b226474797065223a225538222c227368617065223a5b315d2c22646174615f6f666673657473223a5b33322c33335d7d7d202020202000000000000100000000803f00000040000040400000904001000000feffffff07';
/** Saved by it from h = [1.5, -2, 6e-8, 65504] as F16 and bf = [1.5, -3.14159] as BF16. */
const PYTHON_HALVES =
  '70000000000000007b226266223a7b226474797065223a2242463136222c227368617065223a5b325d2c22646174615f6f666673657473223a5b302c345d7d2c2268223a7b226474797065223a22463136222c227368617065223a5b345d2c22646174615f6f666673657473223a5b342c31325d7d7d2020c03f49c0003e00c00100ff7b';

const tensors: NamedTensor[] = [
  { name: 'u', shape: [1], data: Uint8Array.of(7) },
  { name: 'b', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4.5) },
  { name: 'a', shape: [2], data: Int32Array.of(1, -2) },
  { name: 'e', shape: [0, 3], data: new Float32Array(0) },
  { name: 'i', shape: [1], data: BigInt64Array.of(2n ** 40n) },
];

async function saved(list: NamedTensor[], metadata?: Record<string, string>): Promise<Uint8Array> {
  const sink = new MemorySink();
  await writeSafetensors(sink, list, metadata);
  return sink.bytes();
}
const load = (bytes: Uint8Array) => SafetensorsFile.from(new MemorySource(bytes, 'test'));

/** A file from a header text and a number of data bytes. */
function file(header: string, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}
const f32 = (begin: number, end: number, shape = `[${(end - begin) / 4}]`) =>
  `{"dtype":"F32","shape":${shape},"data_offsets":[${begin},${end}]}`;

describe('safetensors', () => {
  it('writes the bytes that the Python package writes', async () => {
    expect(Buffer.from(await saved(tensors, { format: 'np' })).toString('hex')).toBe(PYTHON);
  });

  it('reads the bytes that the Python package writes', async () => {
    const opened = await load(Buffer.from(PYTHON, 'hex'));
    expect([...opened.metadata]).toEqual([['format', 'np']]);
    expect([...opened.tensors.keys()]).toEqual(['i', 'b', 'e', 'a', 'u']);
    expect(opened.tensors.get('b')?.shape).toEqual([2, 2]);
    expect([...(await opened.float32('b'))]).toEqual([1, 2, 3, 4.5]);
    expect([...(await opened.int32('a'))]).toEqual([1, -2]);
    expect([...(await opened.int64('i'))]).toEqual([2n ** 40n]);
    expect([...(await opened.uint8('u'))]).toEqual([7]);
    expect(await opened.float32('e')).toHaveLength(0);
  });

  it('widens half precision', async () => {
    const opened = await load(Buffer.from(PYTHON_HALVES, 'hex'));
    expect([...(await opened.float32('h'))]).toEqual([1.5, -2, 2 ** -24, 65504]);
    expect([...(await opened.float32('bf'))]).toEqual([1.5, -3.140625]);
  });

  it('reads into a given view', async () => {
    const opened = await load(await saved(tensors));
    const memory = new Float32Array(6);
    await opened.float32('b', memory.subarray(1, 5));
    expect([...memory]).toEqual([0, 1, 2, 3, 4.5, 0]);
    await expect(opened.float32('b', memory)).rejects.toMatchObject({ code: 'formats.tensor-shape' });
    await expect(opened.float32('a')).rejects.toMatchObject({ code: 'formats.tensor-type' });
    await expect(opened.float32('none')).rejects.toMatchObject({ code: 'formats.tensor-missing' });
  });

  it('treats __proto__ as a tensor like any other', async () => {
    const opened = await load(await saved([{ name: '__proto__', shape: [1], data: Float32Array.of(3) }]));
    expect([...opened.tensors.keys()]).toEqual(['__proto__']);
    expect([...(await opened.float32('__proto__'))]).toEqual([3]);
  });

  it('depends on the tensors, not on their order', async () => {
    expect(await saved(tensors.toReversed())).toEqual(await saved(tensors));
  });

  it('refuses to write a name twice or a shape that does not fit', async () => {
    await expect(saved([tensors[0], tensors[0]])).rejects.toThrow(RangeError);
    await expect(saved([{ ...tensors[0], shape: [2] }])).rejects.toThrow(RangeError);
  });

  it.each([
    ['a header beyond the file', Uint8Array.from({ length: 16 }, () => 255)],
    ['fewer than eight bytes', new Uint8Array(5)],
    ['a gap', file(`{"a":${f32(0, 4)},"b":${f32(8, 12)}}`, 12)],
    ['an overlap', file(`{"a":${f32(0, 8)},"b":${f32(4, 12)}}`, 12)],
    ['bytes that no tensor has', file(`{"a":${f32(0, 4)}}`, 8)],
    ['missing bytes', file(`{"a":${f32(0, 8)}}`, 4)],
    ['a name twice', file(`{"a":${f32(0, 4)},"a":${f32(4, 8)}}`, 8)],
    ['an escaped name twice', file(`{"a":${f32(0, 4)},"\\u0061" :${f32(4, 8)}}`, 8)],
    ['a shape that disagrees', file(`{"a":${f32(0, 4, '[3]')}}`, 4)],
    ['a negative size', file(`{"a":${f32(0, 4, '[-1,-1]')}}`, 4)],
    ['an unknown dtype', file('{"a":{"dtype":"F31","shape":[],"data_offsets":[0,0]}}', 0)],
    ['offsets that are not two', file('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0]}}', 0)],
    ['a list as header', file('[]', 0)],
    ['a blank before the header', file(' {}', 0)],
    ['metadata that is not text', file('{"__metadata__":{"a":1}}', 0)],
    ['broken JSON', file('{"a"', 0)],
  ])('refuses %s', async (_, bytes) => {
    await expect(load(bytes)).rejects.toBeInstanceOf(MedgraftError);
  });

  it('survives mutated files', async () => {
    const original = await saved(tensors, { a: 'b' });
    const mutation = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(mutation, fc.nat(original.length), async (changes, cut) => {
        const bytes = Uint8Array.from(original);
        for (const [at, value] of changes) bytes[at] = value;
        for (const candidate of [bytes, bytes.subarray(0, cut)]) {
          try {
            const opened = await load(candidate);
            for (const name of opened.tensors.keys()) await opened.bytes(name);
          } catch (error) {
            expect(error).toBeInstanceOf(MedgraftError);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });
});
