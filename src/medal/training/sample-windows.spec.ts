import { describe, expect, it } from 'vitest';
import { WordPieceTokenizer } from '../../text/word-piece.js';
import { SenseInventory } from '../inventory/sense-inventory.js';
import { TextCues } from '../model/text-cues.js';
import { WholeWords, WordPieces } from '../model/word-encoder.js';
import { type SampleTexts, SampleWindows } from './sample-windows.js';

const sense = (abbreviation: string, expansion: string) => ({ abbreviation, expansion, variants: [] });
const INVENTORY = new SenseInventory([
  sense('CT', 'computed tomography'),
  sense('CT', 'calcitonin'),
  sense('BP', 'blood pressure'),
]);
const TEXTS = ['CT or calcitonin and BP was', 'BP fell'];
const SPLIT: SampleTexts = {
  texts: 2,
  wordCounts: Int32Array.of(6, 2),
  sampleStarts: Int32Array.of(0, 3, 4),
  locations: Int32Array.of(0, 0, 4, 0),
  classes: Int32Array.of(1, 0, 2, 2),
  text: (index) => TEXTS[index],
};
const WORDS = ['[PAD]', '[UNK]', ...new Set(TEXTS.join(' ').split(' '))];
const encoder = new WholeWords(WORDS);

describe('windows of samples', () => {
  it('judge each place once, with the candidates of its abbreviation', () => {
    const windows = new SampleWindows(SPLIT, INVENTORY, { maximumWords: 16, ambiguousOnly: false });
    expect([windows.count, windows.places]).toEqual([2, 3]);
    const { places, senses, candidates, samples, cut } = windows.encode(0, encoder);
    expect([[...places], [...senses], candidates, [...samples], cut]).toEqual([
      [0, 4],
      [1, 2],
      [[0, 1], [2]],
      [0, 2],
      [],
    ]);
  });

  it('leave out what is no choice, and texts that then have none', () => {
    const windows = new SampleWindows(SPLIT, INVENTORY, { maximumWords: 16, ambiguousOnly: true });
    expect([windows.count, windows.places]).toEqual([1, 1]);
  });

  it('read what the text says of candidates, where that is asked for', () => {
    const cues = new TextCues(INVENTORY);
    const windows = new SampleWindows(SPLIT, INVENTORY, { maximumWords: 16, ambiguousOnly: true, cues });
    expect(windows.encode(0, encoder).cues?.map((row) => [...row])).toEqual([[0, 0, 1, 1]]);
  });

  it('hide words, but never the abbreviations', () => {
    const windows = new SampleWindows(SPLIT, INVENTORY, { maximumWords: 16, ambiguousOnly: false });
    const { tokens } = windows.encode(0, encoder, { rate: 1, seed: 1, draw: 0 });
    expect([...tokens].map((id) => WORDS[id])).toEqual(['CT', '[UNK]', '[UNK]', '[UNK]', 'BP', '[UNK]']);
  });

  it('say which places pieces left no room for, and show each of those alone', () => {
    const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'ct', 'or', 'calcitonin', 'and', 'bp', 'was'];
    const narrow = new WordPieces(new WordPieceTokenizer(pieces), 5);
    const windows = new SampleWindows(SPLIT, INVENTORY, { maximumWords: 16, ambiguousOnly: false });
    const whole = windows.encode(0, narrow);
    expect([[...whole.samples], whole.cut]).toEqual([[2], [0]]);
    const alone = windows.encodeOne(0, 0, narrow);
    expect([[...alone.samples], [...alone.places], alone.cut]).toEqual([[0], [1], []]);
  });
});
