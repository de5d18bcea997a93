/**
 * A graph as plain triples of keys for other people's embedding programs: DGL-KE's `raw_udd_hrt`, PyKEEN, K-BERT. Triples are
 * all that these programs read, so the rest is left out.
 */
import { tsvLine } from '../../formats/delimited-line.js';
import type { StageContext, StageEvent } from '../../runs/stage.js';
import type { TripleRecord } from '../graph-store.js';
import { type ExportedGraph, type ExportResult, writeLines } from './write-lines.store.js';

type Context = Pick<StageContext, 'folder' | 'signal'>;

/** What files of bare triples cannot hold. */
export const TRIPLES_LOSE = 'names other than keys, types, aliases, properties and weights';

/** `triples.tsv`: head, relation, tail, without a header; entities without triples are not in it. */
export async function* exportTriples(graph: ExportedGraph, context: Context): AsyncGenerator<StageEvent, ExportResult> {
  const { triples } = await graph.counts();
  const line = ({ head, relation, tail }: TripleRecord) => tsvLine([head, relation, tail]);
  const file = { name: 'triples.tsv', blocks: graph.triples(), line, phase: 'triples', total: triples };
  yield* writeLines(file, context);
  return {
    mapping: { format: 'triples', files: [{ file: file.name }] },
    lost: `${TRIPLES_LOSE}; entities without triples`,
  };
}
