import { expect, it } from 'vitest';
import { AutomatonLinker } from '../../text/automaton-linker.js';
import { ExpansionLinker } from './link-expansions.js';

const lexicon = {
  surfaces: ['computed tomography', 'ct scan', 'atrium'],
  entities: Int32Array.of(4, 4, 7),
  candidates: Int32Array.of(1, 1, 1),
  ignoreCase: true,
};

it('links whole expansions in either case, and no parts', () => {
  const linker = new ExpansionLinker(new AutomatonLinker(lexicon));
  expect(
    ['Computed Tomography', 'CT scan', 'right atrium', 'atrium', 'atrium wall', ''].map((text) =>
      linker.entityOf(text),
    ),
  ).toEqual([4, 4, undefined, 7, undefined, undefined]);
  expect(linker.entityOf('right atrium')).toBeUndefined();
});
