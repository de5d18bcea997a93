/**
 * How well a graph covers a corpus: a running account over linked segments. Pure accumulation; the figures say whether a
 * graph can help at all before anything is trained.
 */
export interface CoverageFigures {
  readonly segments: number;
  readonly characters: number;
  readonly mentions: number;
  /** Mentions per 512 characters. */
  readonly mentionsPer512: number;
  readonly distinctEntities: number;
  /** Share of the graph's entities that the corpus mentions. */
  readonly entityShare: number;
  /** Share of mentions whose entity has a neighbour (and so knowledge to give). */
  readonly connectedShare: number;
  /** Share of mentions that fall on the hundred most mentioned entities. */
  readonly hubShare: number;
  /** Share of mentions whose surface names several entities. */
  readonly ambiguousShare: number;
  readonly ambiguousSurfaces: number;
  readonly segmentsWithMention: number;
}

/** Entities that count as hubs. */
const HUBS = 100;

export class Coverage {
  readonly frequency: Int32Array;
  private segments = 0;
  private characters = 0;
  private mentions = 0;
  private ambiguous = 0;
  private connected = 0;
  private withMention = 0;
  private readonly surfaces = new Map<string, number>();

  /** @param hasKnowledge whether an entity has neighbours or a vector */
  constructor(
    private readonly entityCount: number,
    private readonly hasKnowledge: (entity: number) => boolean,
  ) {
    this.frequency = new Int32Array(entityCount);
  }

  add(text: string, mentions: readonly { start: number; end: number; entity: number; ambiguous: boolean }[]): void {
    this.segments++;
    this.characters += text.length;
    if (mentions.length > 0) this.withMention++;
    for (const { start, end, entity, ambiguous } of mentions) {
      this.mentions++;
      this.frequency[entity]++;
      if (this.hasKnowledge(entity)) this.connected++;
      if (!ambiguous) continue;
      this.ambiguous++;
      const surface = text.slice(start, end);
      this.surfaces.set(surface, (this.surfaces.get(surface) ?? 0) + 1);
    }
  }

  figures(): CoverageFigures {
    const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
    const distinct = this.frequency.reduce((count, times) => count + (times > 0 ? 1 : 0), 0);
    const top = this.frequency.toSorted().reverse().subarray(0, HUBS);
    return {
      segments: this.segments,
      characters: this.characters,
      mentions: this.mentions,
      mentionsPer512: share(this.mentions * 512, this.characters),
      distinctEntities: distinct,
      entityShare: share(distinct, this.entityCount),
      connectedShare: share(this.connected, this.mentions),
      hubShare: share(
        top.reduce((sum, times) => sum + times, 0),
        this.mentions,
      ),
      ambiguousShare: share(this.ambiguous, this.mentions),
      ambiguousSurfaces: this.surfaces.size,
      segmentsWithMention: this.withMention,
    };
  }

  /** The most mentioned entities, with their counts. */
  topEntities(limit: number): { entity: number; mentions: number }[] {
    return Array.from(this.frequency.keys())
      .filter((entity) => this.frequency[entity] > 0)
      .sort((a, b) => this.frequency[b] - this.frequency[a] || a - b)
      .slice(0, limit)
      .map((entity) => ({ entity, mentions: this.frequency[entity] }));
  }

  /** The ambiguous surfaces that occur most, with their counts. */
  topAmbiguous(limit: number): { surface: string; mentions: number }[] {
    return [...this.surfaces]
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([surface, mentions]) => ({ surface, mentions }));
  }
}
