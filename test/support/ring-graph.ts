import type { GraphBuilder } from '../../src/graph/graph-builder.js';
import type { GraphContent } from '../../src/graph/graph-content.js';

/** Entities in a ring, large enough for several steps of every table. */
export function ringContent(builder: GraphBuilder, size = 60_000): GraphContent {
  builder.beginSource({ name: 'ring' });
  const keyOf = (i: number) => `k${i % size}`;
  for (let i = 0; i < size; i++) builder.addEntity({ key: keyOf(i), name: `entity ${i}`, types: ['t'], aliases: [] });
  for (let i = 0; i < size; i++) builder.addTriple({ head: keyOf(i), relation: 'next', tail: keyOf(i + 1) });
  return builder.finish();
}
