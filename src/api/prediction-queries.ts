/** What a trained model expects of a graph, for the command line and the service. */
import { Injectable } from '@nestjs/common';
import { MedgraftError } from '../base/errors.js';
import {
  analogies,
  type LinkQuestion,
  predictLinks,
  type Scored,
  similarEntities,
} from '../embedding/prediction/predict.js';
import type { Adjacency, GraphSnapshot } from '../graph/graph-snapshot.js';
import { neighbourFilter } from '../graph/neighbour-filter.js';
import { EmbeddingShelf } from './embedding-shelf.store.js';
import { viewOf } from './entity.view.js';
import { entityOf } from './graph-queries.js';
import type { LoadedGraph } from './loaded-graph.js';
import type { PredictionAnswer, SimilarAnswer, SimilarView } from './predictions.view.js';

/** Two of the three, by key, name or alias. */
export interface PredictionQuestion {
  head?: string;
  relation?: string;
  tail?: string;
  limit: number;
  /** Edges that the graph has are among the answers, marked; otherwise they are left out. */
  known: boolean;
}

@Injectable()
export class PredictionQueries {
  constructor(private readonly shelf: EmbeddingShelf) {}

  /**
   * The most plausible tails, heads or relations.
   * @throws MedgraftError `query.prediction` unless two of the three are given, `graph.entity-unknown`,
   *   `graph.relation-unknown`, `embedding.missing`, ...
   */
  async predict(kg: string, asked: PredictionQuestion): Promise<PredictionAnswer> {
    const { head, relation, tail, limit, known } = asked;
    if ([head, relation, tail].filter((part) => part !== undefined).length !== 2) throw notTwo();
    const { graph, scorer, model } = await this.shelf.open(kg);
    const question = questionOf(graph, asked);
    const { snapshot } = graph;
    const edges = knownAnswers(snapshot, question);
    const isEntity = 'relation' in question;
    // No answer is the entity that was asked with.
    const self = isEntity ? ('head' in question ? question.head : question.tail) : undefined;
    const found = predictLinks(scorer, question, limit, (id) => id !== self && (known || !edges.has(id)));
    return {
      kg,
      model: model.name,
      head,
      relation,
      tail,
      predictions: found.map(({ id, score }) => ({
        ...(isEntity ? { entity: viewOf(snapshot, id) } : { relation: snapshot.relationNames.at(id) }),
        score,
        known: edges.has(id),
      })),
    };
  }

  /** Entities whose vectors point the same way. @throws MedgraftError `graph.entity-unknown`, `embedding.missing`, ... */
  async similar(kg: string, text: string, limit: number): Promise<SimilarAnswer> {
    const { graph, model } = await this.shelf.open(kg);
    const { entity } = entityOf(graph, text);
    const { tables, shape, name } = model;
    const found = similarEntities(tables.entity, shape.dimension, entity, limit);
    return { kg, model: name, entities: [viewOf(graph.snapshot, entity)], similar: similarViews(graph, found) };
  }

  /** What is to `of` as `second` is to `first`. @throws as `similar` */
  async analogies(
    kg: string,
    [first, second, of]: readonly [string, string, string],
    limit: number,
  ): Promise<SimilarAnswer> {
    const { graph, model } = await this.shelf.open(kg);
    const idOf = (text: string) => entityOf(graph, text).entity;
    const asked = [idOf(first), idOf(second), idOf(of)] as const;
    const { tables, shape, name } = model;
    const found = analogies(tables.entity, shape.dimension, asked, limit);
    const entities = asked.map((entity) => viewOf(graph.snapshot, entity));
    return { kg, model: name, entities, similar: similarViews(graph, found) };
  }
}

function similarViews({ snapshot }: LoadedGraph, found: readonly Scored[]): SimilarView[] {
  return found.map(({ id, score }) => ({ ...viewOf(snapshot, id), cosine: score }));
}

function questionOf(graph: LoadedGraph, { head, relation, tail }: PredictionQuestion): LinkQuestion {
  const idOf = (text: string) => entityOf(graph, text).entity;
  if (relation === undefined) return { head: idOf(head ?? ''), tail: idOf(tail ?? '') };
  // Unknown names are refused as the filter refuses them.
  neighbourFilter(graph.snapshot, { relations: [relation] });
  const id = graph.snapshot.relationNames.idOf(relation) ?? 0;
  return head === undefined ? { relation: id, tail: idOf(tail ?? '') } : { head: idOf(head), relation: id };
}

/** Ids that already answer the question in the graph. */
function knownAnswers({ outgoing, incoming }: GraphSnapshot, question: LinkQuestion): Set<number> {
  if (!('relation' in question)) {
    return edgesOf(
      outgoing,
      question.head,
      (_, entity) => entity === question.tail,
      (relation) => relation,
    );
  }
  const sameRelation = (relation: number) => relation === question.relation;
  const entityOfEdge = (_: number, entity: number) => entity;
  return 'head' in question
    ? edgesOf(outgoing, question.head, sameRelation, entityOfEdge)
    : edgesOf(incoming, question.tail, sameRelation, entityOfEdge);
}

function edgesOf(
  { offsets, relations, entities }: Adjacency,
  entity: number,
  accepts: (relation: number, other: number) => boolean,
  answer: (relation: number, other: number) => number,
): Set<number> {
  const found = new Set<number>();
  for (let i = offsets[entity]; i < offsets[entity + 1]; i++) {
    if (accepts(relations[i], entities[i])) found.add(answer(relations[i], entities[i]));
  }
  return found;
}

function notTwo(): MedgraftError {
  return new MedgraftError('input', 'query.prediction', 'a prediction is asked with two of three', {
    place: 'head, relation, tail',
    expected: 'two of them; the third is what is looked for',
  });
}
