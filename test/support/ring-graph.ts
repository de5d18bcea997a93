import type { GraphBuilder } from '../../src/graph/graph-builder.js';
import type { GraphContent } from '../../src/graph/graph-content.js';

const SIZE = 60_000;

/** Entities in a ring, large enough for several steps of every table. */
export function ringContent(builder: GraphBuilder): GraphContent {
  builder.beginSource({ name: 'ring' });
  const keyOf = (i: number) => `k${i % SIZE}`;
  for (let i = 0; i < SIZE; i++) builder.addEntity({ key: keyOf(i), name: `entity ${i}`, types: ['t'], aliases: [] });
  for (let i = 0; i < SIZE; i++) builder.addTriple({ head: keyOf(i), relation: 'next', tail: keyOf(i + 1) });
  return builder.finish();
}
