import { describe, expect, it } from 'vitest';
import { chainReportCase } from '../../test/support/chain-report-case.js';
import { reportPage } from './report-page.js';

describe('reportPage', () => {
  const page = reportPage(chainReportCase());

  it('holds no script and asks for nothing from elsewhere', () => {
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:/i);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('&lt;b&gt;and&lt;/b&gt;');
    expect(page).toContain(`default-src 'none'`);
  });

  it('opens and closes its elements in order', () => {
    expect(unbalanced(page)).toEqual([]);
  });

  it('leads every entry of its contents to a section', () => {
    const targets = [...page.matchAll(/href="#(\w+)"/g)].map(([, id]) => id);
    expect(targets.length).toBeGreaterThan(5);
    for (const id of targets) expect(page).toContain(`<section id="${id}">`);
  });

  it('draws the losses that were logged and says their numbers in words', () => {
    expect(page.match(/<figure/g)).toHaveLength(2);
    expect(page).toMatch(/aria-label="MLM over 400 steps: from 4\.\d+ to 4\.01\d*; held out from 5 to 4\.25\."/);
  });

  it('sets the best of a row apart, low for losses and high for shares', () => {
    expect(page).toContain('<strong>3</strong>');
    expect(page).toContain('<strong>50.0 %</strong>');
    expect(page).not.toContain('<strong>12.5 %</strong>');
  });

  it('sets nothing apart where the digits shown are the same', () => {
    const evaluation = (['on', 'off'] as const).map((graph, i) => ({
      graph,
      figures: { otherMlm: 5.09901 + i * 1e-6 },
    }));
    const same = reportPage({ ...chainReportCase(), evaluation });
    expect(same).toContain('5.099');
    expect(same).not.toContain('<strong>5.099');
  });

  it('stands without training, evaluation or samples', () => {
    const bare = reportPage({
      ...chainReportCase(),
      training: [],
      evaluation: [],
      linked: [],
      embeddings: [],
      ranked: [],
      stages: [],
    });
    expect(unbalanced(bare)).toEqual([]);
    expect(bare).not.toMatch(/undefined|NaN|Infinity/);
  });
});

const VOID = new Set(['meta', 'br', 'rect', 'line', 'path', 'circle']);

/** Tags that close nothing or stay open. */
function unbalanced(page: string): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
    if (VOID.has(name)) continue;
    if (!slash) open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}
