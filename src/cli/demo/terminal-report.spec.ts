import { describe, expect, it } from 'vitest';
import { chainReportCase } from '../../../test/support/chain-report-case.js';
import { terminalReport } from './terminal-report.js';

describe('terminalReport', () => {
  it('says ranks, losses, the three graphs and the attention of a text', () => {
    const text = terminalReport(chainReportCase());
    expect(text).toContain('277 entities, 893 triples');
    expect(text).toMatch(/乏力 +0\.0400/);
    expect(text).toMatch(/MLM +4\.\d+ +4\.01\d* +4\.25/);
    expect(text).toMatch(/graph shuffled +4\.25 +4 +- +12\.5 %/);
    expect(text).toContain('高血压 ("高血压")\n    62.5 %  并发症 <- 糖尿病 (疾病: 75.0 %)');
  });

  it('leaves out what was not made', () => {
    const text = terminalReport({ ...chainReportCase(), training: [], linked: [], evaluation: [], embeddings: [] });
    expect(text).not.toMatch(/Losses|linked|Held-out|Embedding|undefined|NaN/);
  });
});
