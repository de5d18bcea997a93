/**
 * What the report shows, as plain data: one chain from a graph to a language model. Whoever has the files of the stages
 * fills it; the page and the terminal are two readers of it.
 */
export type Figures = Readonly<Record<string, number>>;

export interface ChainReport {
  readonly title: string;
  /** One or two sentences on what was run. */
  readonly lead: string;
  /** Counts of the imported graph by name. */
  readonly graph: Figures;
  /** Entities by PageRank, the highest first. */
  readonly ranked: readonly RankedEntity[];
  readonly embeddings: readonly EmbeddingScore[];
  readonly coverage: readonly CoverageRow[];
  readonly training: readonly TrainingLine[];
  readonly evaluation: readonly GraphEvaluation[];
  readonly linked: readonly LinkedSample[];
  readonly stages: readonly StageRecord[];
}

export interface RankedEntity {
  readonly name: string;
  readonly type?: string;
  readonly rank: number;
}

/** Filtered ranking of held-out triples, both sides, realistic ties. */
export interface EmbeddingScore {
  readonly model: string;
  readonly mrr: number;
  readonly meanRank?: number;
  readonly hitsAt1?: number;
  readonly hitsAt3?: number;
  readonly hitsAt10?: number;
}

export interface CoverageRow {
  readonly name: string;
  /** As it is shown. */
  readonly value: string;
}

/** One line of a training log. */
export interface TrainingLine {
  readonly kind: 'step' | 'evaluation';
  readonly step: number;
  readonly figures: Figures;
}

/** The same held-out masks with the graph as it is, switched off, or with the neighbours of other entities. */
export interface GraphEvaluation {
  readonly graph: 'on' | 'off' | 'shuffled';
  readonly figures: Figures;
}

/** One sample as the model read it. */
export interface LinkedSample {
  /** Word pieces before masking. */
  readonly tokens: readonly string[];
  readonly mentions: readonly LinkedMention[];
}

/** Tokens `start` to `end` (exclusive) and the neighbours that were infused there. */
export interface LinkedMention {
  readonly start: number;
  readonly end: number;
  readonly entity: string;
  readonly masked: boolean;
  readonly neighbours: readonly LinkedNeighbour[];
}

export interface LinkedNeighbour {
  readonly name: string;
  readonly relation: string;
  /** 1: the mention is the head, -1: it is the tail. */
  readonly direction: 1 | -1;
  readonly type: string;
  /** Attention to the neighbour's type among the types of this mention. */
  readonly typeWeight: number;
  /** Attention to the neighbour, types taken into account. */
  readonly nodeWeight: number;
}

/** Where a result came from. */
export interface StageRecord {
  readonly stage: string;
  readonly hash: string;
  readonly seconds: number;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly figures: Readonly<Record<string, number | string | boolean>>;
  readonly sources: readonly { readonly path: string; readonly sha256: string }[];
  readonly codeVersion: string;
  readonly node: string;
  readonly createdAt: string;
}
