/** What the page of an explanation shows, as plain data; places are UTF-16 units of the text. */
export interface ExplanationReport {
  readonly kg: string;
  readonly corpus: string;
  readonly model: string;
  readonly texts: readonly ExplainedText[];
}

export interface ExplainedText {
  readonly text: string;
  readonly tokens: readonly ExplainedToken[];
  readonly cutTokens: number;
  readonly mentions: readonly ExplainedTextMention[];
  readonly predictions: readonly ExplainedMask[];
}

export interface ExplainedToken {
  readonly piece: string;
  readonly start: number;
  readonly end: number;
  readonly gate?: number;
  readonly change?: number;
}

export interface ExplainedTextMention {
  readonly start: number;
  readonly end: number;
  readonly surface: string;
  readonly state: string;
  readonly entity: NamedEntity;
  readonly rule: string;
  readonly candidates: readonly (NamedEntity & {
    readonly prior: number;
    readonly context: number;
    readonly score: number;
    readonly chosen: boolean;
  })[];
  readonly neighbours: readonly ExplainedNeighbour[];
}

export interface NamedEntity {
  readonly name: string;
  readonly type: string;
}

export interface ExplainedNeighbour extends NamedEntity {
  readonly relation: string;
  readonly direction: 'out' | 'in';
  readonly rank: number;
  readonly typeWeight?: number;
  readonly nodeWeight: number;
  readonly headWeights: readonly number[];
}

export interface ExplainedMask {
  readonly start: number;
  readonly end: number;
  readonly best: readonly { readonly piece: string; readonly probability: number }[];
}
