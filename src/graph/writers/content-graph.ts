/** A graph in memory as one that can be exported. */
import { type GraphContent, triplesOf } from '../graph-content.js';
import type { ExportedGraph } from './write-lines.store.js';

const BLOCK = 5000;

export function contentGraph(content: GraphContent): ExportedGraph {
  const { entityCount, tripleCount, relationCount, typeCount } = content.snapshot;
  return {
    counts: async () => ({
      entities: entityCount,
      triples: tripleCount,
      relations: relationCount,
      types: typeCount,
    }),
    sources: async () => [...content.sources],
    entities: async function* () {
      for (let from = 0; from < entityCount; from += BLOCK) {
        const length = Math.min(BLOCK, entityCount - from);
        yield Array.from({ length }, (_, i) => content.entity(from + i));
      }
    },
    triples: async function* () {
      for (let from = 0; from < tripleCount; from += BLOCK) {
        yield [...triplesOf(content, from, Math.min(from + BLOCK, tripleCount))];
      }
    },
  };
}
