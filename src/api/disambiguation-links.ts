/** Adds to expansions the entities of a graph that they name. */
import type { RankedSense } from '../medal/disambiguation/disambiguator.js';
import { ExpansionLinker } from '../medal/disambiguation/link-expansions.js';
import type { DisambiguationAnswer, SenseView } from './disambiguation.view.js';
import type { DisambiguationResult } from './disambiguation-queries.js';
import { viewOf } from './entity.view.js';
import type { LoadedGraph } from './loaded-graph.js';

/** @param graph without, the answer is the result */
export async function linkedAnswer(
  result: DisambiguationResult,
  graph: LoadedGraph | undefined,
): Promise<DisambiguationAnswer> {
  const { texts, ...who } = result;
  if (graph === undefined) return { ...who, texts: [...texts] };
  const linker = new ExpansionLinker(await graph.linker());
  const entityOf = (expansion: string | null) => {
    const entity = expansion === null ? undefined : linker.entityOf(expansion);
    return entity === undefined ? {} : { entity: viewOf(graph.snapshot, entity) };
  };
  const linked = (sense: RankedSense): SenseView => ({ ...sense, ...entityOf(sense.expansion) });
  return {
    ...who,
    kg: graph.kg,
    texts: texts.map(({ mentions, total }) => ({
      mentions: mentions.map(({ alternatives, ...mention }) => ({
        ...mention,
        ...entityOf(mention.expansion),
        alternatives: alternatives.map(linked),
      })),
      total,
    })),
  };
}
