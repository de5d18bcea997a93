/** A map of the toy graph's entities through the real program, and what a map cannot be made of. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workspace } from '../../src/runs/workspace.js';
import { runToyStage } from '../support/toy-chain.js';
import { medgraft } from './medgraft.js';

const home = mkdtempSync(join(tmpdir(), 'medgraft-map-'));
afterAll(() => rmSync(home, { recursive: true }));
beforeAll(() => runToyStage(home, 'kg.import', { kg: 'toy', mapping: 'toy' }));

async function mapped(values: object = {}): Promise<{ map: string; picture: string }> {
  await runToyStage(home, 'kg.map', { kg: 'toy', epochs: 20, ...values });
  const artefact = await new Workspace(home).newest('kg.map', { kg: 'toy' });
  const read = (file: string) => readFileSync(join(artefact?.folder ?? '', file), 'utf8');
  return { map: read('map.json'), picture: read('map.svg') };
}

describe('kg map', () => {
  it('asks for vectors', async () => {
    const { code, err } = await medgraft(home, 'kg', 'map', '--kg', 'toy');
    expect(err).toContain('medgraft kg embed --kg toy');
    expect(code).not.toBe(0);
  });

  it('writes data and a picture, the same again', async () => {
    const small = { dimension: 16, epochs: 5, exportOpenKe: false };
    await runToyStage(home, 'kg.embed', { kg: 'toy', model: 'distmult', ...small });
    const { code, out } = await medgraft(home, '--json', 'kg', 'map', '--kg', 'toy', '--epochs', '20');
    expect(code).toBe(0);
    const { folder, figures } = JSON.parse(out.trim().split('\n').pop() ?? '');
    const map = readFileSync(join(folder, 'map.json'), 'utf8');
    const { points, types, entities } = JSON.parse(map);
    expect(points).toHaveLength(entities);
    expect(figures).toMatchObject({ entities, method: 'umap', types: types.length });
    expect(points[0]).toEqual({
      id: expect.any(String),
      name: expect.any(String),
      type: expect.any(String),
      x: expect.any(Number),
      y: expect.any(Number),
      rank: expect.any(Number),
    });
    const ranks = points.map(({ rank }: { rank: number }) => rank);
    expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
    const picture = readFileSync(join(folder, 'map.svg'), 'utf8');
    rmSync(folder, { recursive: true });
    expect(await mapped()).toEqual({ map, picture });
  });

  it('takes the highest-ranked of some types', async () => {
    await runToyStage(home, 'kg.rank', { kg: 'toy' });
    const { points, types } = JSON.parse((await mapped({ types: ['疾病'], entities: 10, method: 'pca' })).map);
    expect(types).toEqual([{ name: '疾病', points: 10 }]);
    expect(points[0].rank).toBeLessThan(1);
  });

  it('refuses an unknown type', async () => {
    await expect(mapped({ types: ['无此类型'] })).rejects.toMatchObject({ code: 'graph.type-unknown' });
  });
});
