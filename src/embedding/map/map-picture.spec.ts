import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { typesOf } from './entity-map.js';
import { mapPicture } from './map-picture.js';
import { placeLabels, textWidth } from './place-labels.js';

const random = new CounterRandom(4, 'picture');
const HOSTILE = '<script>alert("&")</script>\u0001';
const points = Array.from({ length: 80 }, (_, i) => ({
  id: `k${i}`,
  name: i === 0 ? HOSTILE : `高血压${i}`,
  type: i % 13 === 12 ? 'rare' : `类型${i % 13}`,
  x: random.normal(0, i),
  y: random.normal(1, i),
  rank: 1 / (i + 1),
}));
const map = {
  kg: 'a & b',
  model: 'TransE_l2',
  method: 'umap' as const,
  entities: 200,
  explained: [0.4, 0.2],
  types: typesOf(points),
  points,
};

describe('mapPicture', () => {
  it('draws every point, escapes every name, and gathers rare types', () => {
    const picture = mapPicture(map, 20);
    expect(picture.match(/<title>/g)).toHaveLength(80);
    expect(picture).not.toContain('<script');
    expect(picture).not.toContain('\u0001');
    expect(picture).toContain('&lt;script&gt;');
    expect(picture).toContain('a &amp; b: where');
    expect(picture).toContain('the 80 highest-ranked of 200 entities');
    expect(picture).toContain('3 more types');
    expect(picture).not.toMatch(/NaN|Infinity|https?:\/\/(?!www\.w3\.org)/);
    expect(mapPicture(map, 20)).toBe(picture);
    expect(mapPicture({ ...map, method: 'pca' }, 0)).toContain('60.0 % of the variance');
  });

  it('draws what was pushed far out at the edge', () => {
    const far = points.map((point, i) => (i === 5 ? { ...point, x: 1e6 } : point));
    const places = [...mapPicture({ ...map, points: far }, 0).matchAll(/cx="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(Math.max(...places)).toBeLessThan(1200);
    expect(new Set(places.map(Math.round)).size).toBeGreaterThan(40);
  });

  it('draws one place and no names too', () => {
    const same = points.map((point) => ({ ...point, x: 1, y: 1 }));
    expect(mapPicture({ ...map, points: same }, 5)).not.toMatch(/NaN|Infinity/);
  });
});

describe('placeLabels', () => {
  it('covers no name by another, and prefers the first', () => {
    const area = { width: 300, height: 200, fontSize: 12 };
    const named = Array.from({ length: 60 }, (_, i) => ({
      x: random.uniform(2, i) * 300,
      y: random.uniform(3, i) * 200,
      radius: 2,
      text: `name ${i}`,
    }));
    const placed = placeLabels(named, area, 50);
    expect(placed.length).toBeGreaterThan(10);
    expect(placed[0].index).toBe(0);
    const boxes = placed.map(({ index, x, y, anchor }) => {
      const width = textWidth(named[index].text, 12);
      return { left: anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2, width, y };
    });
    for (const [i, a] of boxes.entries()) {
      expect(a.left).toBeGreaterThanOrEqual(0);
      expect(a.left + a.width).toBeLessThanOrEqual(300);
      for (const b of boxes.slice(i + 1)) {
        const apart = a.left + a.width <= b.left || b.left + b.width <= a.left || Math.abs(a.y - b.y) >= 12;
        expect(apart).toBe(true);
      }
    }
    expect(placeLabels(named, area, 3)).toHaveLength(3);
  });
});
