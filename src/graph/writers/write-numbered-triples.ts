/**
 * A graph as triples of numbers with the lists that name them, for other people's embedding programs: OpenKE's, DGL-KE's and
 * LibKGE's text files, and PyKEEN's packed ones. Numbers follow the order of the graph's own ids.
 */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeFile } from '../../formats/byte-sink.js';
import { lineName } from '../../formats/id-list.js';
import { labelLine } from '../../formats/label-list.js';
import { writePyTorchDict } from '../../formats/torch-dict.js';
import type { StageContext, StageEvent } from '../../runs/stage.js';
import type { TripleRecord } from '../graph-store.js';
import { Interner } from '../interner.js';
import { type ExportedGraph, type ExportGraph, type ExportResult, writeLines, writeText } from './write-lines.store.js';
import { TRIPLES_LOSE } from './write-triples.js';

type Context = Pick<StageContext, 'folder' | 'signal'>;

interface Layout {
  readonly style: 'openke' | 'dgl-ke' | 'libkge' | 'pykeen';
  readonly files: { readonly entities: string; readonly relations: string; readonly triples: string };
  /** First line of a list, of so many names. */
  readonly listHeader?: (count: number) => string;
  readonly tripleHeader?: (count: number) => string;
  listLine(id: number, name: string): string;
  tripleLine(head: number, relation: number, tail: number): string;
  /** What the program wants besides. */
  readonly others?: (context: Context, counts: Counts) => Promise<void>;
}

interface Counts {
  readonly entities: number;
  readonly relations: number;
  readonly triples: number;
}

const counted = (count: number) => `${count}\n`;
const idFirst = (id: number, name: string) => `${id}\t${lineName(name)}`;
const inOrder = (head: number, relation: number, tail: number) => `${head}\t${relation}\t${tail}`;

export const exportOpenKe = exporterOf({
  style: 'openke',
  files: { entities: 'entity2id.txt', relations: 'relation2id.txt', triples: 'train2id.txt' },
  listHeader: counted,
  tripleHeader: counted,
  listLine: (id, name) => `${lineName(name)}\t${id}`,
  tripleLine: (head, relation, tail) => `${head} ${tail} ${relation}`,
});

export const exportDglKe = exporterOf({
  style: 'dgl-ke',
  files: { entities: 'entities.dict', relations: 'relations.dict', triples: 'train.tsv' },
  listLine: idFirst,
  tripleLine: inOrder,
});

export const exportLibKge = exporterOf({
  style: 'libkge',
  files: { entities: 'entity_ids.del', relations: 'relation_ids.del', triples: 'train.del' },
  listLine: idFirst,
  tripleLine: inOrder,
  others: async (context, counts) => writeText(context, 'dataset.yaml', stringify({ dataset: libKgeDataset(counts) })),
});

export const exportPyKeen = exporterOf({
  style: 'pykeen',
  files: {
    entities: 'entity_to_id.tsv.gz',
    relations: 'relation_to_id.tsv.gz',
    triples: 'numeric_triples.tsv.gz',
  },
  listHeader: () => 'id\tlabel\n',
  tripleHeader: () => 'head\trelation\ttail\n',
  listLine: labelLine,
  tripleLine: inOrder,
  others: ({ folder }, { entities, relations }) =>
    writeFile(join(folder, 'base.pth'), (sink) =>
      writePyTorchDict(sink, [
        ['num_entities', entities],
        ['num_relations', relations],
        ['create_inverse_triples', false],
        ['metadata', new Map()],
      ]),
    ),
});

/** As LibKGE's own preprocessing writes it; what is held out is for its user to split off. */
function libKgeDataset({ entities, relations, triples }: Counts): Record<string, string | number> {
  return {
    'files.entity_ids.filename': 'entity_ids.del',
    'files.entity_ids.type': 'map',
    'files.relation_ids.filename': 'relation_ids.del',
    'files.relation_ids.type': 'map',
    'files.train.filename': 'train.del',
    'files.train.size': triples,
    'files.train.split_type': 'train',
    'files.train.type': 'triples',
    name: 'medgraft',
    num_entities: entities,
    num_relations: relations,
  };
}

function exporterOf(layout: Layout): ExportGraph {
  return async function* (graph: ExportedGraph, context: Context): AsyncGenerator<StageEvent, ExportResult> {
    const { files, listHeader, tripleHeader, style } = layout;
    const counts = await graph.counts();
    const entities = new Map<string, number>();
    const entityLine = ({ key }: { key: string }) => {
      entities.set(key, entities.size);
      return layout.listLine(entities.size - 1, key);
    };
    const list = { header: listHeader?.(counts.entities), line: entityLine, total: counts.entities };
    yield* writeLines({ name: files.entities, ...list, blocks: graph.entities(), phase: 'entities' }, context);
    const relations = await relationNumbers(graph);
    yield* writeLines(
      {
        name: files.relations,
        header: listHeader?.(relations.size),
        blocks: inOneBlock([...relations]),
        line: ([name, id]) => layout.listLine(id, name),
        phase: 'relations',
        total: relations.size,
      },
      context,
    );
    const line = ({ head, relation, tail }: TripleRecord) =>
      layout.tripleLine(numberIn(entities, head), numberIn(relations, relation), numberIn(entities, tail));
    const last = { name: files.triples, header: tripleHeader?.(counts.triples), line, total: counts.triples };
    yield* writeLines({ ...last, blocks: graph.triples(), phase: 'triples' }, context);
    await layout.others?.(context, { ...counts, relations: relations.size });
    const { triples, ...lists } = files;
    return { mapping: { format: 'numbered-triples', style, ...lists, files: [triples] }, lost: TRIPLES_LOSE };
  };
}

function numberIn(numbers: ReadonlyMap<string, number>, name: string): number {
  const number = numbers.get(name);
  if (number === undefined) throw new RangeError(`${name} has no number`);
  return number;
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
