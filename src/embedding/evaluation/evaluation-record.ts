/** What `kg.evaluate` says of a model: the ranking and the classification, of all triples and by relation, and how both were taken. */
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import type { StageFigures } from '../../runs/stage.js';
import type { EvaluateEmbeddingSettings } from '../evaluate-embedding-settings.js';
import type { ReadTriples } from '../training/held-out.store.js';
import type { TripleSplit } from '../training/split-triples.js';
import { type DataFacts, dataFacts } from './data-hash.js';
import type { RankTable } from './rank-table.js';
import { type RankingReport, rankingReport, relationReports, type SidesReport } from './ranking-evaluation.js';
import { type RelationClass, trainingFacts } from './training-facts.js';
import type { ClassificationReport, RelationClassification } from './triple-classification.js';

export interface EvaluationRecord {
  readonly kg: string;
  /** As DGL-KE calls it. */
  readonly model: string;
  /** `test`, `valid`, `train`, or the file that was given. */
  readonly ranked: string;
  readonly triples: number;
  /** Lines of that file that name what the graph does not have. */
  readonly dropped: number;
  /** Of the training. */
  readonly data: DataFacts;
  readonly convention: Readonly<Record<string, string>>;
  readonly ranking: RankingReport;
  readonly classification?: Omit<ClassificationReport, 'relations'>;
  readonly relations: readonly RelationRecord[];
}

export interface RelationRecord extends SidesReport {
  readonly relation: string;
  readonly class: RelationClass;
  readonly classification?: RelationClassification;
}

/** What was asked, and what came out. */
export interface Judged {
  readonly settings: EvaluateEmbeddingSettings;
  readonly snapshot: GraphSnapshot;
  readonly split: TripleSplit;
  readonly model: string;
  /** The triples that were ranked. */
  readonly asked: ReadTriples;
  readonly table: RankTable;
  readonly classified?: ClassificationReport;
  readonly hits: readonly number[];
}

export function evaluationRecord(judged: Judged): EvaluationRecord {
  const { settings, snapshot, split, model, asked, table, classified, hits } = judged;
  const facts = trainingFacts(split.train, { entities: snapshot.entityCount, relations: snapshot.relationCount });
  const { relations, ...classification } = classified ?? {};
  return {
    kg: settings.kg,
    model,
    ranked: settings.triples ?? settings.split,
    triples: table.count,
    dropped: asked.dropped,
    data: dataFacts(snapshot, split),
    convention: conventionOf(judged),
    ranking: rankingReport(table, asked.triples, facts, hits),
    ...(classified && { classification: classification as EvaluationRecord['classification'] }),
    relations: [...relationReports(table, asked.triples, hits)].map(([id, report]) => ({
      relation: snapshot.relationNames.at(id),
      class: facts.classes[id],
      ...report,
      ...(relations && { classification: relations.get(id) }),
    })),
  };
}

/** How figures were taken, in words: systems differ in each of these. */
function conventionOf({ settings, classified }: Judged): Record<string, string> {
  const { candidates, triples: file, negatives, seed } = settings;
  const side = 'entities that training, validation and test have at that side of the relation';
  const replaced = negatives === 'typed' ? side : 'any entity';
  return {
    sides: 'each triple is ranked twice, by its tail and by its head',
    candidates: candidates === 'typed' ? `${side} (OpenKE: type constraint)` : 'all entities',
    filter: `other answers known from training, validation and test${file ? ', or from the ranked file,' : ''} are left out; raw: none are`,
    ties: 'realistic (mean of optimistic and pessimistic) unless said otherwise',
    unseen: 'triples with an entity or a relation that training never saw are kept; `seen` leaves them out',
    classes: 'a side is N from 1.5 distinct entities on average in training (Bordes et al. 2013)',
    ...(classified && {
      negatives: `one a triple: head or tail replaced by ${replaced}, never a known triple; triples without any such are left out; seed ${seed}`,
      thresholds: classified.globalThreshold
        ? 'by relation, best accuracy on validation triples; for relations without, on all of these together'
        : 'none: there are no validation triples beside those that were classified',
    }),
  };
}

export function recordFigures({ model, triples, ranking, classification, data }: EvaluationRecord): StageFigures {
  const figures: StageFigures = { model, triples };
  for (const [name, value] of Object.entries(ranking.realistic)) figures[name] = value;
  figures['tailMrr'] = ranking.tail.mrr;
  figures['headMrr'] = ranking.head.mrr;
  figures['rawMrr'] = ranking.raw.mrr;
  if (ranking.seen && ranking.seen.count > 0) figures['seenMrr'] = ranking.seen.mrr;
  figures['optimisticMinusPessimisticMrr'] = ranking.optimistic.mrr - ranking.pessimistic.mrr;
  if (classification) {
    const { accuracy, rocAuc, averagePrecision } = classification.overall;
    if (accuracy !== undefined) figures['accuracy'] = accuracy;
    Object.assign(figures, { rocAuc, averagePrecision });
  }
  figures['dataSha256'] = data.sha256;
  return figures;
}
