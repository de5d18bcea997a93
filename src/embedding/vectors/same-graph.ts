/** Vectors of another graph are refused before their widths are looked at. */
import { MedgraftError } from '../../base/errors.js';
import { examplesOf, isSameGraph, type NameMatch } from '../../graph/match-names.js';

/** @throws MedgraftError `embedding.other-graph` */
export function assertSameGraph(what: string, match: NameMatch, place: string): void {
  if (isSameGraph(match)) return;
  const { shared, without, unused } = match;
  throw new MedgraftError(
    'input',
    'embedding.other-graph',
    `the vectors are of another graph: ${shared} ${what} in common`,
    {
      place,
      expected: `names like those of the graph: ${examplesOf(without)}`,
      got: examplesOf(unused),
      hint: 'names have to be written alike (keys or names of entities): import the graph that the vectors were trained on',
    },
  );
}
