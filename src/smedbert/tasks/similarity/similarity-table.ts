import type { SimilaritySet } from './similarity-sets.js';

/** Acc@1 on each set, NaN for one without questions. */
export type SimilarityRow = Readonly<Record<SimilaritySet, number>> & { readonly graph: string };

export interface SimilarityResults {
  readonly kg: string;
  readonly corpus: string;
  readonly model: string;
  readonly candidates: number;
  readonly counts: Readonly<Record<SimilaritySet, number>>;
  readonly rows: readonly SimilarityRow[];
}

const SETS: readonly SimilaritySet[] = ['D1', 'D2', 'D3'];

export function similarityMarkdown(results: SimilarityResults): string {
  const { kg, corpus, candidates, counts } = results;
  const [head, ...rows] = tableOf(results);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `# unsupervised semantic similarity: ${kg}, ${corpus}`,
    '',
    `Acc@1 in percent over ${candidates} candidates; questions: ${SETS.map((set) => `${counts[set]} ${set}`).join(', ')}.`,
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    '',
  ].join('\n');
}

export function similarityCsv(results: SimilarityResults): string {
  return `${tableOf(results)
    .map((row) => row.join(','))
    .join('\n')}\n`;
}

function tableOf({ rows }: SimilarityResults): string[][] {
  const percent = (share: number) => (Number.isFinite(share) ? (100 * share).toFixed(2) : '');
  return [['graph', ...SETS], ...rows.map((row) => [row.graph, ...SETS.map((set) => percent(row[set]))])];
}
