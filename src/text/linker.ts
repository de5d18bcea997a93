/** A mention: text[start, end) names the entity. */
export interface Mention {
  start: number;
  end: number;
  entity: number;
  /** The surface names several entities; `entity` is the one chosen (highest rank, ties by id). */
  ambiguous: boolean;
}

/** Finds mentions in raw text: left to right, longest first, no overlap. Two implementations: automaton and segmenter. */
export interface Linker {
  link(text: string): Mention[];
}
