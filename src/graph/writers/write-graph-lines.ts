/** A graph as JSON Lines: one entity a line, one triple a line, nothing left out (readers/mapping-graph-lines.ts). */
import type { StageContext, StageEvent } from '../../runs/stage.js';
import { type ExportedGraph, type ExportResult, writeLines } from './write-lines.store.js';

export async function* exportGraphLines(
  graph: ExportedGraph,
  context: Pick<StageContext, 'folder' | 'signal'>,
): AsyncGenerator<StageEvent, ExportResult> {
  const counts = await graph.counts();
  const line = (record: object) => JSON.stringify(record);
  yield* writeLines(
    { name: 'entities.jsonl', blocks: graph.entities(), line, phase: 'entities', total: counts.entities },
    context,
  );
  yield* writeLines(
    { name: 'triples.jsonl', blocks: graph.triples(), line, phase: 'triples', total: counts.triples },
    context,
  );
  return { mapping: { format: 'jsonl', entities: 'entities.jsonl', triples: 'triples.jsonl' } };
}
