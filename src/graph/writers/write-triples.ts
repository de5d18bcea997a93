/**
 * A graph as plain triples of keys for other people's embedding programs: names (DGL-KE's `raw_udd_hrt`, PyKEEN, K-BERT) or
 * OpenKE's numbers. Triples are all that these programs read, so the rest is left out.
 */
import { tsvLine } from '../../formats/delimited-line.js';
import { lineName } from '../../formats/id-list.js';
import type { StageContext, StageEvent } from '../../runs/stage.js';
import type { TripleRecord } from '../graph-store.js';
import { Interner } from '../interner.js';
import { type ExportedGraph, type ExportResult, writeLines } from './write-lines.store.js';

type Context = Pick<StageContext, 'folder' | 'signal'>;

const LOST = 'names other than keys, types, aliases, properties and weights';

/** `triples.tsv`: head, relation, tail, without a header; entities without triples are not in it. */
export async function* exportTriples(graph: ExportedGraph, context: Context): AsyncGenerator<StageEvent, ExportResult> {
  const { triples } = await graph.counts();
  const line = ({ head, relation, tail }: TripleRecord) => tsvLine([head, relation, tail]);
  const file = { name: 'triples.tsv', blocks: graph.triples(), line, phase: 'triples', total: triples };
  yield* writeLines(file, context);
  return { mapping: { format: 'triples', files: [{ file: file.name }] }, lost: `${LOST}; entities without triples` };
}

/** `entity2id.txt`, `relation2id.txt`, `train2id.txt`; numbers follow the order of the graph's own ids. */
export async function* exportOpenKe(graph: ExportedGraph, context: Context): AsyncGenerator<StageEvent, ExportResult> {
  const counts = await graph.counts();
  const entities = new Map<string, number>();
  const entityLine = ({ key }: { key: string }) => {
    entities.set(key, entities.size);
    return `${lineName(key)}\t${entities.size - 1}`;
  };
  const first = { name: 'entity2id.txt', header: `${counts.entities}\n`, line: entityLine, phase: 'entities' };
  yield* writeLines({ ...first, blocks: graph.entities(), total: counts.entities }, context);
  const relations = await relationNumbers(graph);
  yield* writeLines(
    {
      name: 'relation2id.txt',
      header: `${relations.size}\n`,
      blocks: inOneBlock([...relations]),
      line: ([name, id]) => `${lineName(name)}\t${id}`,
      phase: 'relations',
      total: relations.size,
    },
    context,
  );
  const line = ({ head, relation, tail }: TripleRecord) =>
    `${entities.get(head)} ${entities.get(tail)} ${relations.get(relation)}`;
  const last = { name: 'train2id.txt', header: `${counts.triples}\n`, line, phase: 'triples' };
  yield* writeLines({ ...last, blocks: graph.triples(), total: counts.triples }, context);
  return {
    mapping: {
      format: 'numbered-triples',
      style: 'openke',
      entities: 'entity2id.txt',
      relations: 'relation2id.txt',
      files: ['train2id.txt'],
    },
    lost: LOST,
  };
}

async function relationNumbers(graph: ExportedGraph): Promise<Map<string, number>> {
  const names = new Interner('relations');
  for await (const block of graph.triples()) for (const { relation } of block) names.idOf(relation);
  const sorted = names.sorted().names;
  return new Map(Array.from({ length: sorted.length }, (_, id) => [sorted.at(id), id] as const));
}

async function* inOneBlock<T>(records: T[]): AsyncGenerator<T[]> {
  yield records;
}
