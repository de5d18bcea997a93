/**
 * The knowledge half of SMedBERT's configuration (Zhang et al., ACL 2021, 2021.acl-long.457). The encoder half is
 * BERT's (nn/transformer-encoder.ts). Saved as `knowledge.json` beside `config.json`.
 */
export interface KnowledgeConfig {
  /** d2: width of the graph embeddings. */
  readonly width: number;
  /** K: neighbours used per mention. */
  readonly neighbours: number;
  /** Encoder layers that run before the infusion (the paper: 10 of 12). */
  readonly infusionLayer: number;
  /** Heads of the node attention; divides `width`. */
  readonly heads: number;
  /** How the neighbours of a type are joined: `sum` (paper) or `mean` (repository). */
  readonly typeAggregation: 'sum' | 'mean';
  /** Ablations of the paper's table 4. */
  readonly typeAttention: boolean;
  readonly hybridAttention: boolean;
  readonly knowledgeLosses: boolean;
  /** The repository's mixer, after encoder layer `infusionLayer - 1`; see one-hop-mixer.ts. */
  readonly oneHopMixer: boolean;
  /** mu of eq. (16). */
  readonly scoreScale: number;
  /** Shared negatives of a MNeM group. */
  readonly negatives: number;
  /** lambda1 (MNeM) and lambda2 (MMeM) of eq. (22). */
  readonly neighbourLossWeight: number;
  readonly mentionLossWeight: number;
  readonly layerNormEpsilon: number;
  readonly initializerRange: number;
}

/**
 * Fixed sizes of one program. Letters used in this room: B samples, S tokens a sample, N = B S; P masked tokens;
 * Q infused tokens of M masked mentions; V tokens of U unmasked mentions; G groups of C MNeM targets; K neighbours;
 * k negatives; d1 hidden width; d2 graph width; H heads of the node attention.
 */
export interface BatchShape extends SentenceShape {
  readonly maskedTokens: number;
  readonly objectiveTokens: number;
  readonly objectiveMentions: number;
  readonly groups: number;
  readonly groupSize: number;
  /** R: segments of the batch where samples are packed with several; else a sample is a segment. */
  readonly sequences?: number;
}

/** Of these, the sizes of whole sentences in which every mention is infused: B, S, Q and M. */
export interface SentenceShape {
  readonly samples: number;
  readonly tokens: number;
  readonly infusedTokens: number;
  readonly infusedMentions: number;
}
