/**
 * SHA-256 over a graph's ordered content, one JSON line an entity and a triple: equal for equal graphs in any store and
 * in any order of import. Sources do not count: the same facts told by others are the same graph.
 */
import { createHash, type Hash } from 'node:crypto';
import type { GraphContent } from '../graph-content.js';
import type { NameTable } from '../graph-snapshot.js';
import type { EntityRecord, TripleRecord } from '../graph-store.js';

/** Blocks come in the order that `GraphStore.entities` and `GraphStore.triples` promise. */
export async function hashGraph(
  entities: AsyncIterable<EntityRecord[]>,
  triples: AsyncIterable<TripleRecord[]>,
): Promise<string> {
  const lines = new HashedLines();
  for await (const block of entities) for (const entity of block) lines.add(entityLine(entity));
  for await (const block of triples) {
    for (const { head, relation, tail, weight } of block) {
      lines.add(tripleLine(JSON.stringify(head), JSON.stringify(relation), JSON.stringify(tail), weight ?? 1));
    }
  }
  return lines.digest();
}

/** The same of content in memory. */
export function hashContent({ snapshot, weights, entity }: Omit<GraphContent, 'sources'>): string {
  const { entityCount, entityKeys, relationNames, outgoing } = snapshot;
  const lines = new HashedLines();
  for (let id = 0; id < entityCount; id++) lines.add(entityLine(entity(id)));
  const keys = quoted(entityKeys);
  const relations = quoted(relationNames);
  for (let head = 0; head < entityCount; head++) {
    for (let i = outgoing.offsets[head]; i < outgoing.offsets[head + 1]; i++) {
      const relation = relations[outgoing.relations[i]];
      lines.add(tripleLine(keys[head], relation, keys[outgoing.entities[i]], weights?.[i] ?? 1));
    }
  }
  return lines.digest();
}

function entityLine({ key, name, types, aliases, properties }: EntityRecord): string {
  return `${JSON.stringify([key, name, types, aliases, properties ?? {}])}\n`;
}

function tripleLine(head: string, relation: string, tail: string, weight: number): string {
  return `[${head},${relation},${tail},${weight}]\n`;
}

function quoted(names: NameTable): string[] {
  return Array.from({ length: names.length }, (_, id) => JSON.stringify(names.at(id)));
}

const BLOCK_CHARACTERS = 1 << 16;

/** Hands lines on in blocks: a call for each would cost more than the hash. */
class HashedLines {
  private readonly hash: Hash = createHash('sha256');
  private block = '';

  add(line: string): void {
    this.block += line;
    if (this.block.length < BLOCK_CHARACTERS) return;
    this.hash.update(this.block);
    this.block = '';
  }

  digest(): string {
    return this.hash.update(this.block).digest('hex');
  }
}
