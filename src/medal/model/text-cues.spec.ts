import { describe, expect, it } from 'vitest';
import { SenseInventory } from '../inventory/sense-inventory.js';
import { TextCues } from './text-cues.js';

const INVENTORY = new SenseInventory(
  ['computed tomography', 'calcitonin', 'connective tissue', 'X-ray T2', '12'].map((expansion) => ({
    abbreviation: 'CT',
    expansion,
    variants: [],
  })),
);

describe('cues of a text', () => {
  const cues = (text: string, candidates = [0, 1, 2]) => [...new TextCues(INVENTORY).read(text.split(' '), candidates)];

  it('are an expansion that stands there whole, and the share of its words', () => {
    expect(cues('CT or Computed tomography of tissue')).toEqual([1, 1, 0, 0, 0, 0.5]);
    expect(cues('tomography computed twice')).toEqual([0, 1, 0, 0, 0, 0]);
    expect(cues('calcitonin', [1])).toEqual([1, 1]);
    expect(cues('computed')).toEqual([0, 0.5, 0, 0, 0, 0]);
  });

  it('compare expansions as texts are cleaned', () => {
    expect(cues('an xray t was seen', [3])).toEqual([1, 1]);
    expect(cues('12 of 12', [4])).toEqual([0, 0]);
  });
});
