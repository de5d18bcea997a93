import { describe, expect, it } from 'vitest';
import { seriesChart, spreadLabels } from './series-chart.js';

describe('seriesChart', () => {
  const series = [
    { name: 'on', points: [0, 50, 100].map((x) => ({ x, y: 5 - x / 50 })) },
    { name: '<off>', points: [0, 100].map((x) => ({ x, y: 5 - x / 100 })) },
    { name: 'absent', points: [] },
  ];

  it('draws a line and a label for each series that has points, and says them in words', () => {
    const svg = seriesChart(series, { title: 'Held-out loss', unit: 'steps' });
    expect(svg.match(/stroke-width="2"/g)).toHaveLength(2);
    expect(svg).toContain('<title>Held-out loss: on from 5 to 3; &lt;off&gt; from 5 to 4.</title>');
    expect(svg).not.toContain('<off>');
    expect(svg).not.toContain('absent');
  });

  it('keeps labels apart and within the picture', () => {
    const places = spreadLabels([100, 101, 99, 340, 341]);
    const sorted = [...places].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i] - sorted[i - 1]).toBeGreaterThanOrEqual(14.99);
    expect(sorted.at(-1)).toBeLessThanOrEqual(320);
    expect(places[2]).toBeLessThan(places[0]);
  });
});
