/**
 * A graph as files for `neo4j-admin database import` (formats/neo4j-csv.ts): nodes with the property columns that they need,
 * relationships, headers in files of their own, and `neo4j-admin.args` with the options of the command.
 */
import { csvLine } from '../../formats/delimited-line.js';
import { formatNeo4jValue, type Neo4jValue } from '../../formats/neo4j-csv.js';
import { escapeFormula } from '../../formats/spreadsheet-cell.js';
import type { StageContext, StageEvent } from '../../runs/stage.js';
import type { EntityRecord, TripleRecord } from '../graph-store.js';
import { FreeSigns } from './free-sign.js';
import { NodeGroups, type TypedProperty } from './neo4j-groups.js';
import {
  type ExportedGraph,
  type ExportOptions,
  type ExportResult,
  writeLines,
  writeText,
} from './write-lines.store.js';

/** Neo4j's usual sign first; a comma separates cells. */
const LIST_SIGNS = [';', '|', '¦', '‖', '␟', '\u001f', '\ue000', '\ue001'];

interface Plan {
  groups: NodeGroups;
  groupNames: string[];
  arrayDelimiter: string;
  multiline: boolean;
  /** Columns that no property is called as. */
  columns: { key: string; name: string; aliases: string };
}

export async function* exportNeo4j(
  graph: ExportedGraph,
  context: Pick<StageContext, 'folder' | 'signal'>,
  { escapeFormulas }: ExportOptions,
): AsyncGenerator<StageEvent, ExportResult> {
  const plan = await planOf(graph);
  const { entities, triples } = await graph.counts();
  const cell = escapeFormulas ? escapeFormula : (text: string) => text;
  const line = (cells: readonly string[]) => csvLine(cells.map(cell));
  const nodes: { header: string; files: string[] }[] = [];
  for (const [position, group] of plan.groupNames.entries()) {
    const stem = plan.groupNames.length === 1 ? 'nodes' : `nodes-${position + 1}`;
    const properties = plan.groups.columnsOf(group);
    await writeText(context, `${stem}-header.csv`, `${line(nodeHeader(plan, properties))}\n`);
    const row = (entity: EntityRecord) =>
      plan.groups.groupOf(entity) === group ? line(nodeCells(plan, properties, entity)) : undefined;
    const file = { name: `${stem}.csv`, blocks: graph.entities(), line: row, phase: stem, total: entities };
    yield* writeLines(file, context);
    nodes.push({ header: `${stem}-header.csv`, files: [file.name] });
  }
  await writeText(context, 'relationships-header.csv', ':START_ID,:END_ID,:TYPE,weight:double\n');
  const edges = { name: 'relationships.csv', blocks: graph.triples(), phase: 'relationships', total: triples };
  yield* writeLines({ ...edges, line: (triple) => line(tripleCells(triple)) }, context);
  const relationships = [{ header: 'relationships-header.csv', files: [edges.name] }];
  await writeText(context, 'neo4j-admin.args', argumentLines(plan, nodes));
  const { arrayDelimiter, columns } = plan;
  return {
    mapping: { format: 'neo4j', nodes, relationships, ...columns, arrayDelimiter, escapedFormulas: escapeFormulas },
  };
}

async function planOf(graph: ExportedGraph): Promise<Plan> {
  const groups = new NodeGroups();
  const signs = new FreeSigns(LIST_SIGNS);
  let multiline = false;
  for await (const block of graph.entities()) {
    for (const entity of block) {
      groups.see(entity);
      for (const text of [...entity.types, ...entity.aliases]) signs.see(text);
      for (const value of Object.values(entity.properties ?? {})) {
        if (typeof value === 'object') for (const item of value) signs.see(String(item));
        else if (typeof value === 'string') multiline ||= /[\r\n]/.test(value);
      }
    }
  }
  const names = new Set<string>();
  for await (const block of graph.entities()) for (const entity of block) names.add(groups.groupOf(entity));
  const taken = new Set(groups.propertyNames);
  const columns = { key: freeName('key', taken), name: freeName('name', taken), aliases: freeName('aliases', taken) };
  return { groups, groupNames: [...names].sort(), arrayDelimiter: signs.take(), multiline, columns };
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  while (taken.has(name)) name += '_';
  return name;
}

function nodeHeader({ columns: { key, name, aliases } }: Plan, properties: readonly TypedProperty[]): string[] {
  const typed = properties.map(({ name: property, type }) => `${property}:${type}`);
  return [`${key}:ID`, ':LABEL', `${name}:string`, `${aliases}:string[]`, ...typed];
}

function nodeCells(
  { arrayDelimiter }: Plan,
  properties: readonly TypedProperty[],
  { key, types, name, aliases, properties: values = {} }: EntityRecord,
): string[] {
  const told = new Map(Object.entries(values));
  const rest = properties.map((property) =>
    formatNeo4jValue(told.get(property.name) as Neo4jValue | undefined, arrayDelimiter),
  );
  return [key, types.join(arrayDelimiter), name, aliases.join(arrayDelimiter), ...rest];
}

function tripleCells({ head, relation, tail, weight }: TripleRecord): string[] {
  return [head, tail, relation, weight === undefined ? '' : String(weight)];
}

/** `neo4j-admin database import full @neo4j-admin.args --overwrite-destination neo4j`, in the folder of the files. */
function argumentLines({ arrayDelimiter, multiline }: Plan, nodes: readonly { header: string; files: string[] }[]) {
  const sign = arrayDelimiter.charCodeAt(0);
  const code = sign > 32 && sign < 127 ? arrayDelimiter : `U+${sign.toString(16).toUpperCase().padStart(4, '0')}`;
  return [
    ...nodes.map(({ header, files }) => `--nodes=${[header, ...files].join(',')}`),
    '--relationships=relationships-header.csv,relationships.csv',
    `--array-delimiter=${code}`,
    '--id-type=string',
    ...(multiline ? ['--multiline-fields=true'] : []),
    '',
  ].join('\n');
}
