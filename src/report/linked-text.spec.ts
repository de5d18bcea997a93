import { describe, expect, it } from 'vitest';
import { chainReportCase } from '../../test/support/chain-report-case.js';
import { joinTokens, linkedText, neighbourGroups } from './linked-text.js';

const [sample] = chainReportCase().linked;

describe('joinTokens', () => {
  it('joins pieces, drops special tokens and keeps Latin words apart', () => {
    expect(joinTokens(sample.tokens)).toBe('患者有高血压，查hba1c 7.0%');
    expect(joinTokens(sample.tokens, 9, 11)).toBe('hba1c');
    expect(joinTokens(['#', '##', 'a'])).toBe('###a');
  });
});

describe('neighbourGroups', () => {
  it('orders types by their weight and neighbours inside a type by theirs', () => {
    const groups = neighbourGroups(sample.mentions[0].neighbours);
    expect(groups.map(({ type, members }) => [type, members.map(({ name }) => name)])).toEqual([
      ['疾病', ['糖尿病']],
      ['症状', ['心悸', '头晕']],
    ]);
  });
});

describe('linkedText', () => {
  it('marks the mentions and explains those with neighbours', () => {
    const { text } = linkedText(sample);
    expect(text).toContain('<mark class="masked" title="高血压, masked">高血压<sup>1</sup></mark>');
    expect(text).toContain('<mark title="糖化血红蛋白">hba1c</mark>');
    expect(text.match(/<article/g)).toHaveLength(1);
    expect(text).toContain('并发症 ← ');
    expect(text).toContain('62.5 %');
  });
});
