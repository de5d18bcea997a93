import type { LabelledSpan, TextSpan } from '../task-example.js';

/**
 * Entities as BIO tags of tokens (Ramshaw and Marcus 1995, IOB2): `B-<type>` at the first token, `I-<type>` within, `O`
 * elsewhere.
 */
export const OUTSIDE = 'O';

/** The tags of entity types: O, then B and I of each. */
export function tagsOfTypes(types: Iterable<string>): string[] {
  return [OUTSIDE, ...[...new Set(types)].sort().flatMap((type) => [`B-${type}`, `I-${type}`])];
}

export interface TokenPlaces {
  /** [n] UTF-16 units of each token of the text. */
  readonly starts: ArrayLike<number>;
  readonly ends: ArrayLike<number>;
}

/**
 * The tag of each token. An entity takes the tokens that lie in it; of two that overlap the longer one is tagged, the
 * first of equal ones. One that begins or ends within a token cannot be said in tags and is left out.
 */
export function tagTokens(entities: readonly LabelledSpan[], { starts, ends }: TokenPlaces): string[] {
  const tags = new Array<string>(starts.length).fill(OUTSIDE);
  const longestFirst = [...entities].sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
  for (const { start, end, label } of longestFirst) {
    const inside = tokensWithin({ start, end }, { starts, ends });
    if (inside === undefined) continue;
    const [first, after] = inside;
    if (tags.slice(first, after).some((tag) => tag !== OUTSIDE)) continue;
    tags.fill(`I-${label}`, first, after);
    tags[first] = `B-${label}`;
  }
  return tags;
}

/**
 * Entities of a sequence of tags as conlleval and seqeval's default mode read them: `I-` after another type or after `O`
 * begins an entity too.
 */
export function entitiesOfTags(tags: readonly string[], { starts, ends }: TokenPlaces): LabelledSpan[] {
  const entities: LabelledSpan[] = [];
  let open: { start: number; label: string } | undefined;
  const close = (token: number) => {
    if (open) entities.push({ start: starts[open.start], end: ends[token - 1], label: open.label });
    open = undefined;
  };
  tags.forEach((tag, token) => {
    const label = tag.slice(2);
    if (tag === OUTSIDE) close(token);
    else if (tag.startsWith('B-') || open?.label !== label) {
      close(token);
      open = { start: token, label };
    }
  });
  close(tags.length);
  return entities;
}

/** [first, after) tokens that make up a span exactly; undefined when no tokens do. */
function tokensWithin({ start, end }: TextSpan, { starts, ends }: TokenPlaces): [number, number] | undefined {
  let first = 0;
  while (first < starts.length && starts[first] < start) first++;
  let after = first;
  while (after < ends.length && ends[after] <= end) after++;
  return after > first && starts[first] === start && ends[after - 1] === end ? [first, after] : undefined;
}
