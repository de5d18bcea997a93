import { describe, expect, it } from 'vitest';
import type { ExplainedTextMention } from './explained-text.js';
import { explanationPage } from './explanation-page.js';
import { byType, neighbourFan, shorten } from './neighbour-fan.js';

const HOSTILE = '<script>alert("x")</script>';
const neighbour = (name: string, type: string, nodeWeight: number, typeWeight?: number) => ({
  name,
  type,
  nodeWeight,
  relation: 'r',
  direction: 'out' as const,
  rank: 0.01,
  headWeights: [nodeWeight, nodeWeight],
  ...(typeWeight !== undefined && { typeWeight }),
});
const mention = (changes: Partial<ExplainedTextMention> = {}): ExplainedTextMention => ({
  start: 0,
  end: 3,
  surface: '高血压',
  state: 'infused',
  entity: { name: '高血压', type: '疾病' },
  rule: 'only',
  candidates: [],
  neighbours: [neighbour('头痛', '症状', 0.75, 0.6), neighbour('肥肉', '食物', 0.25, 0.4)],
  ...changes,
});
const page = (mentions: ExplainedTextMention[], changes = {}) =>
  explanationPage({
    kg: 'g',
    corpus: 'c',
    model: 'm',
    texts: [{ text: '高血压。', tokens: [], cutTokens: 0, mentions, predictions: [], ...changes }],
  });

describe('explanationPage', () => {
  it('shows mentions, weights, gates and masks', () => {
    const html = page([mention()], {
      tokens: [
        { piece: '高', start: 0, end: 1, gate: 0.5, change: 1.25 },
        { piece: '##x', start: 1, end: 2 },
      ],
      predictions: [{ start: 3, end: 9, best: [{ piece: '药', probability: 0.125 }] }],
    });
    for (const shown of ['高血压', '75.0 %', '60.0 %', '50.0 %', '1.25', '药', '12.5 %', 'r →'])
      expect(html).toContain(shown);
    expect(html).toContain('<mark class="infused" title="高血压 (疾病)">');
  });

  it('escapes what a graph and a text hold', () => {
    const html = page(
      [
        mention({
          surface: HOSTILE,
          entity: { name: HOSTILE, type: HOSTILE },
          candidates: [HOSTILE, 'b'].map((name) => ({
            name,
            type: HOSTILE,
            prior: 0,
            context: 0,
            score: 0,
            chosen: false,
          })),
          neighbours: [{ ...neighbour(HOSTILE, HOSTILE, 1), relation: HOSTILE }],
        }),
      ],
      {
        text: HOSTILE,
        tokens: [{ piece: HOSTILE, start: 0, end: 1, gate: 1, change: 1 }],
        predictions: [{ start: 0, end: 1, best: [{ piece: HOSTILE, probability: 1 }] }],
      },
    );
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
  });

  it('asks for nothing from elsewhere and runs nothing', () => {
    const html = page([mention()]);
    expect(html).not.toMatch(/(src|href)="(?!#)|url\(|@import/);
    expect(html).toContain("default-src 'none'");
  });

  it('says what is missing', () => {
    expect(page([])).toContain('mentions no entity of the graph');
    expect(page([], { cutTokens: 7 })).toContain('no room for the last 7 word pieces');
    const left = page([mention({ state: 'below-threshold', neighbours: [] })]);
    expect(left).toContain('no candidate scores enough');
    expect(left).not.toContain('<svg class="fan"');
  });
});

describe('neighbourFan', () => {
  it('gives each neighbour and each type a row of its own, with a width that follows the attention', () => {
    const many = Array.from({ length: 64 }, (_, i) => neighbour(`n${i}`, `t${i % 9}`, (i + 1) / 2080));
    const { text } = neighbourFan('x', many, ['t0']);
    const rows = [...text.matchAll(/<text (?:class="type" )?x="\d+" y="([\d.]+)"/g)].map(([, y]) => Number(y));
    expect(rows).toHaveLength(64 + 9);
    const sorted = [...rows].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i] - sorted[i - 1]).toBeGreaterThan(15);
    const widths = [...text.matchAll(/stroke-width="([\d.]+)"/g)].map(([, width]) => Number(width));
    expect(Math.max(...widths)).toBeGreaterThan(Math.min(...widths));
    expect(text).toContain('class="edge c8"');
  });

  it('orders types by their attention, and without it by that of their neighbours', () => {
    const namesOf = (weights: (number | undefined)[]) =>
      byType([
        neighbour('a', 'x', 0.2, weights[0]),
        neighbour('b', 'y', 0.7, weights[1]),
        neighbour('c', 'x', 0.1, weights[0]),
      ]).map((group) => group.map(({ name }) => name));
    expect(namesOf([0.9, 0.1])).toEqual([['a', 'c'], ['b']]);
    expect(namesOf([undefined, undefined])).toEqual([['b'], ['a', 'c']]);
  });

  it('shortens names that would run into the numbers', () => {
    expect(shorten('高血压', 100)).toBe('高血压');
    expect(shorten('冠状动脉粥样硬化性心脏病', 100)).toMatch(/^冠状动脉.*…$/);
    expect(shorten('冠状动脉粥样硬化性心脏病', 100).length).toBeLessThanOrEqual(8);
  });
});
