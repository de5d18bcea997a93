import { describe, expect, it } from 'vitest';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { PackedNames } from '../graph/packed-names.js';
import { buildSurfaceLexicon, LONGEST_SURFACE } from './surface-lexicon.js';

function lexicon(entities: string[][], ranks?: number[], ignoreCase = true) {
  const offsets = [0];
  for (const [, ...aliases] of entities) offsets.push(offsets[offsets.length - 1] + aliases.length);
  const snapshot: Pick<GraphSnapshot, 'entityCount' | 'entityNames' | 'aliasOffsets' | 'aliasTexts'> = {
    entityCount: entities.length,
    entityNames: PackedNames.from(entities.map(([name]) => name)),
    aliasOffsets: Uint32Array.from(offsets),
    aliasTexts: PackedNames.from(entities.flatMap(([, ...aliases]) => aliases)),
  };
  const {
    surfaces,
    entities: chosen,
    candidates,
    excluded,
  } = buildSurfaceLexicon(snapshot as GraphSnapshot, ranks, ignoreCase);
  return { rows: surfaces.map((surface, i) => [surface, chosen[i], candidates[i]]), excluded };
}

describe('buildSurfaceLexicon', () => {
  it('chooses the entity of highest rank for a shared surface, ties to the lower id', () => {
    const entities = [
      ['帕金森病', 'PD'],
      ['腹膜透析', 'PD'],
      ['惊恐障碍', 'PD'],
    ];
    expect(lexicon(entities, [0.1, 0.3, 0.2]).rows[1]).toEqual(['pd', 1, 3]);
    expect(lexicon(entities, [0.3, 0.3, 0.2]).rows[1]).toEqual(['pd', 0, 3]);
    expect(lexicon(entities).rows[1]).toEqual(['pd', 0, 3]);
  });

  it('counts an entity once, however often it has the surface', () => {
    expect(lexicon([['HTN', 'htn', ' HTN ']]).rows).toEqual([['htn', 0, 1]]);
    expect(lexicon([['HTN', 'htn']], undefined, false).rows).toEqual([
      ['HTN', 0, 1],
      ['htn', 0, 1],
    ]);
  });

  it('leaves out single characters, digits and what no text repeats', () => {
    const names = ['痛', '𠮷', '120', '7.5%', '', '病'.repeat(LONGEST_SURFACE + 1)];
    expect(lexicon([['发热', ...names]])).toEqual({ rows: [['发热', 0, 1]], excluded: names.length });
  });
});
