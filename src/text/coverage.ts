/**
 * How much of a graph a corpus mentions, as sums that grow segment by segment. A low share of mentions, or a handful of
 * hubs that take most of them, explains a model that learns little from its graph.
 */
import type { Mention } from './linker.js';

const UNIT_CHARACTERS = 512;
/** Hubs: this share of all entities, those of highest degree. */
const HUB_SHARE = 0.01;

export interface CoverageReport {
  readonly segments: number;
  readonly characters: number;
  readonly tokens: number;
  readonly mentions: number;
  /** Found in the text but not at piece boundaries: left out. */
  readonly misaligned: number;
  readonly mentionsPer512Characters: number;
  /** Share of the segments with a mention. */
  readonly linkedSegmentShare: number;
  readonly distinctEntities: number;
  /** Of all entities of the graph. */
  readonly distinctEntityShare: number;
  /** Share of the mentions whose entity has a vector: an edge to learn one from. */
  readonly vectorShare: number;
  /** Share of the mentions that name one of the 1 % entities of highest degree. */
  readonly hubShare: number;
  readonly ambiguousMentions: number;
  readonly ambiguousSurfaces: number;
  readonly topEntities: readonly { readonly entity: number; readonly mentions: number }[];
}

export class Coverage {
  private segments = 0;
  private linkedSegments = 0;
  private characters = 0;
  private tokens = 0;
  private misaligned = 0;
  private ambiguousMentions = 0;
  private readonly ambiguous = new Set<string>();
  private readonly frequency: Int32Array;

  /** @param degrees [entityCount] edges of each entity */
  constructor(private readonly degrees: ArrayLike<number>) {
    this.frequency = new Int32Array(degrees.length);
  }

  /** @param mentions those kept; `found` those that the linker gave */
  add(text: string, tokens: number, mentions: readonly Mention[], found: number): void {
    this.segments++;
    this.characters += text.length;
    this.tokens += tokens;
    this.misaligned += found - mentions.length;
    if (mentions.length > 0) this.linkedSegments++;
    for (const { start, end, entity, ambiguous } of mentions) {
      this.frequency[entity]++;
      if (!ambiguous) continue;
      this.ambiguousMentions++;
      this.ambiguous.add(text.slice(start, end));
    }
  }

  /**
   * @param hasVector whether an entity has a vector
   * @param top entities listed
   */
  report(hasVector: (entity: number) => boolean, top: number): CoverageReport {
    const mentioned = Array.from(this.frequency.keys()).filter((entity) => this.frequency[entity] > 0);
    const total = this.sum(mentioned);
    mentioned.sort((a, b) => this.frequency[b] - this.frequency[a] || a - b);
    return {
      segments: this.segments,
      characters: this.characters,
      tokens: this.tokens,
      mentions: total,
      misaligned: this.misaligned,
      mentionsPer512Characters: share(total * UNIT_CHARACTERS, this.characters),
      linkedSegmentShare: share(this.linkedSegments, this.segments),
      distinctEntities: mentioned.length,
      distinctEntityShare: share(mentioned.length, this.frequency.length),
      vectorShare: share(this.sum(mentioned.filter(hasVector)), total),
      hubShare: share(this.sum(this.hubs()), total),
      ambiguousMentions: this.ambiguousMentions,
      ambiguousSurfaces: this.ambiguous.size,
      topEntities: mentioned.slice(0, top).map((entity) => ({ entity, mentions: this.frequency[entity] })),
    };
  }

  private hubs(): number[] {
    const count = Math.ceil(this.frequency.length * HUB_SHARE);
    const byDegree = Array.from(this.frequency.keys()).sort((a, b) => this.degrees[b] - this.degrees[a] || a - b);
    return byDegree.slice(0, count);
  }

  private sum(entities: readonly number[]): number {
    return entities.reduce((sum, entity) => sum + this.frequency[entity], 0);
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
