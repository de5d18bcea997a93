import type { NamedData } from '../../engine/engine.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import type { TopNeighbours } from '../../graph/neighbours.js';
import type { ChoiceRule } from '../../text/explained-linker.js';
import type { AmbiguityRule } from '../../text/resolve-ambiguity.js';
import type { KnowledgeConfig } from '../model/smedbert-config.js';
import type { EntityView, MentionView, NeighbourView } from './explanation.js';
import type { FoundMention } from './read-text.js';

export interface GraphNames {
  readonly snapshot: GraphSnapshot;
  readonly ranks: Float64Array;
  readonly neighbours: TopNeighbours;
}

/**
 * A mention with names and weights.
 * @param row of the attention's outputs; undefined: it was not infused
 * @param outputs of explanation-program.ts
 */
export function describeMention(
  text: string,
  mention: FoundMention,
  row: number | undefined,
  ambiguity: AmbiguityRule,
  outputs: NamedData,
  config: KnowledgeConfig,
  names: GraphNames,
): MentionView {
  const { start, end, entity, state, token, length, candidates } = mention;
  const { snapshot, ranks } = names;
  const isRead = token !== undefined && length !== undefined && state !== 'cut';
  return {
    start,
    end,
    surface: text.slice(start, end),
    state,
    ...(isRead && { tokenStart: token, tokenEnd: token + length }),
    entity: entityOf(snapshot, entity),
    rule: ruleOf(mention, ambiguity, ranks),
    candidates: candidates.map(({ entity: candidate, prior, context, score }) => ({
      ...entityOf(snapshot, candidate),
      rank: ranks[candidate],
      prior,
      context,
      score,
      chosen: candidate === entity,
    })),
    neighbours: row === undefined ? [] : neighboursOf(entity, row, outputs, config, names),
  };
}

function neighboursOf(
  entity: number,
  row: number,
  outputs: NamedData,
  { heads, typeAttention }: KnowledgeConfig,
  { snapshot, ranks, neighbours }: GraphNames,
): NeighbourView[] {
  const { k, entities, relations, directions, counts } = neighbours;
  return Array.from({ length: counts[entity] }, (_, i) => {
    const place = entity * k + i;
    const headWeights = Array.from({ length: heads }, (_head, h) => outputs['nodeWeights'][(row * heads + h) * k + i]);
    return {
      ...entityOf(snapshot, entities[place]),
      relation: snapshot.relationNames.at(relations[place]),
      direction: directions[place] === 1 ? 'out' : 'in',
      rank: ranks[entities[place]],
      ...(typeAttention && { typeWeight: outputs['typeWeights'][row * k + i] }),
      nodeWeight: headWeights.reduce((sum, weight) => sum + weight, 0) / heads,
      headWeights,
    };
  });
}

function ruleOf(
  { ambiguous, candidates, entity }: FoundMention,
  ambiguity: AmbiguityRule,
  ranks: Float64Array,
): ChoiceRule {
  if (!ambiguous) return 'only';
  if (ambiguity === 'context') return 'context';
  return candidates.every((other) => other.entity === entity || ranks[other.entity] < ranks[entity]) ? 'rank' : 'order';
}

function entityOf({ entityKeys, entityNames, typeNames, entityTypes }: GraphSnapshot, entity: number): EntityView {
  return { key: entityKeys.at(entity), name: entityNames.at(entity), type: typeNames.at(entityTypes[entity]) };
}
