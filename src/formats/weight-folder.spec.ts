import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFile as writeBytes } from './byte-sink.js';
import { writeSafetensors } from './safetensors.js';
import { filesOfWeights, openWeights } from './weight-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weights-'));
});
afterEach(() => rm(folder, { recursive: true }));

const index = (map: unknown) => writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify(map));
const shard = (file: string, name: string, value: number) =>
  writeBytes(join(folder, file), (sink) =>
    writeSafetensors(sink, [{ name, shape: [1], data: Float32Array.of(value) }]),
  );

describe('a folder of weights', () => {
  it('in shards is read as one file', async () => {
    await shard('one.safetensors', 'a', 1);
    await shard('two.safetensors', 'b', 2);
    await index({ weight_map: { b: 'two.safetensors', a: 'one.safetensors' } });
    expect(filesOfWeights(folder).map((file) => file.slice(folder.length + 1))).toEqual([
      'model.safetensors.index.json',
      'one.safetensors',
      'two.safetensors',
    ]);
    const weights = await openWeights(folder);
    expect([...weights.tensors.keys()]).toEqual(['b', 'a']);
    expect([...(await weights.float32('b'))]).toEqual([2]);
    await expect(weights.float32('c')).rejects.toMatchObject({ code: 'formats.tensor-missing' });
    await weights.close();
  });

  it.each<[string, unknown]>([
    ['a path', { weight_map: { a: '../one.safetensors' } }],
    ['an absolute path', { weight_map: { a: '/etc/passwd' } }],
    ['a number', { weight_map: { a: 7 } }],
    ['no map', { metadata: {} }],
    ['an empty map', { weight_map: {} }],
    ['nothing', null],
    ['a tensor that its shard lacks', { weight_map: { b: 'one.safetensors' } }],
  ])('whose index gives %s is refused', async (_, map) => {
    await shard('one.safetensors', 'a', 1);
    await index(map);
    await expect((async () => openWeights(folder))()).rejects.toMatchObject({ code: 'formats.weight-index' });
  });

  it('with a shard that is not there says which', async () => {
    await index({ weight_map: { a: 'one.safetensors' } });
    await expect(openWeights(folder)).rejects.toMatchObject({
      code: 'formats.missing',
      details: { place: join(folder, 'one.safetensors') },
    });
  });

  it('without weights names what is expected, and what of other programs lies there', async () => {
    expect(() => filesOfWeights(folder)).toThrow(/no weights/);
    await writeFile(join(folder, 'tf_model.h5'), '');
    await expect((async () => openWeights(folder))()).rejects.toMatchObject({
      kind: 'missing',
      code: 'formats.weights-missing',
      details: { got: 'tf_model.h5', hint: expect.stringContaining('from_pretrained') },
    });
  });
});
