import type { ChainReport, TrainingLine } from '../../src/report/chain-report.js';

/** A small report with everything a page shows, and names that would break a page that does not escape them. */
export function chainReportCase(): ChainReport {
  return {
    title: 'A small world',
    lead: 'Twelve entities <b>and</b> one sentence.',
    graph: { Entities: 277, Triples: 893 },
    ranked: [
      { name: '乏力', rank: 0.04 },
      { name: '<script>alert(1)</script>', rank: 0.02 },
    ],
    embeddings: [
      { model: 'TransE', mrr: 0.25, meanRank: 31.5, hitsAt1: 0.1, hitsAt3: 0.3, hitsAt10: 0.5 },
      { model: 'TransR', mrr: 0.3125 },
    ],
    coverage: [{ name: 'Mentions per 512 characters', value: '41.2' }],
    training: trainingLines(400),
    evaluation: [
      { graph: 'on', figures: { mlm: 4, mentionMlm: 3, mentionAccuracy: 0.5 } },
      { graph: 'off', figures: { mlm: 4.5, mentionMlm: 3.5, mentionAccuracy: 0.25 } },
      { graph: 'shuffled', figures: { mlm: 4.25, mentionMlm: 4, mentionAccuracy: 0.125 } },
    ],
    linked: [
      {
        tokens: ['[CLS]', '患', '者', '有', '高', '血', '压', '，', '查', 'hba', '##1c', '7', '.', '0', '%', '[SEP]'],
        mentions: [
          {
            start: 4,
            end: 7,
            entity: '高血压',
            masked: true,
            neighbours: [
              neighbour('头晕', '有症状', 1, '症状', 0.25, 0.125),
              neighbour('糖尿病', '并发症', -1, '疾病', 0.75, 0.625),
              neighbour('心悸', '有症状', 1, '症状', 0.25, 0.25),
            ],
          },
          { start: 9, end: 11, entity: '糖化血红蛋白', masked: false, neighbours: [] },
        ],
      },
    ],
    stages: [
      {
        stage: 'kg.import',
        hash: '0123456789abcdef',
        seconds: 1.5,
        settings: { kg: 'toy', files: ['a.csv'] },
        figures: { entities: 277 },
        sources: [{ path: 'a.csv', sha256: 'f'.repeat(64) }],
        codeVersion: '0.1.0',
        node: 'v20.19.0',
        createdAt: '2026-01-02T03:04:05.000Z',
      },
    ],
  };
}

function neighbour(
  name: string,
  relation: string,
  direction: 1 | -1,
  type: string,
  typeWeight: number,
  nodeWeight: number,
) {
  return { name, relation, direction, type, typeWeight, nodeWeight };
}

/** Losses that fall as 1 / step, with an evaluation every 100 steps. */
function trainingLines(steps: number): TrainingLine[] {
  const lines: TrainingLine[] = [];
  for (let step = 1; step <= steps; step++) {
    lines.push({ kind: 'step', step, figures: { 'loss.total': 20 + 10 / step, 'loss.mlm': 4 + 4 / step } });
    if (step % 100 === 0) lines.push({ kind: 'evaluation', step, figures: { loss: 21, mlm: 4 + 100 / step } });
  }
  return lines;
}
