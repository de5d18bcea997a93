import { expect, it } from 'vitest';
import { ModelShelf } from './model-shelf.js';

it('keeps the last few open, opens a model once, and closes what it lets go', async () => {
  const closed: string[] = [];
  let opened = 0;
  const shelf = new ModelShelf<string>(2, async (model) => {
    closed.push(model);
  });
  const get = (key: string) =>
    shelf.get(key, async () => {
      opened++;
      return key;
    });
  expect(await Promise.all([get('a'), get('a')])).toEqual(['a', 'a']);
  await get('b');
  await get('a');
  await get('c');
  expect([opened, closed]).toEqual([3, ['b']]);
  await shelf.dispose();
  expect(closed).toEqual(['b', 'a', 'c']);
});

it('asks again for what could not be opened, and fails nobody else by it', async () => {
  const shelf = new ModelShelf<string>(1, async () => undefined);
  const failing = shelf.get('broken', () => Promise.reject(new Error('no model')));
  const other = shelf.get('whole', async () => 'whole');
  await expect(failing).rejects.toThrow('no model');
  expect(await other).toBe('whole');
  expect(await shelf.get('broken', async () => 'mended')).toBe('mended');
});
