import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { buildSnapshot } from '../../graph/build-snapshot.js';
import { splitTriples } from '../training/split-triples.js';
import { type Triples, triplesOf } from '../triples.js';
import { dataFacts } from './data-hash.js';

/** Two share a name, one has a blank in it; beyond the basic plane, UTF-16 and UTF-8 sort differently. */
const NAMES = ['感冒', '感冒', 'a', 'a b', '\u{20000}', '\uffee', 'B'];
const relations = ['治疗', 'r'];

function snapshotOf(order: readonly number[]) {
  const triples = NAMES.flatMap((_, i) => [1, 2, 3].map((step) => ({ i, step })));
  return buildSnapshot(
    NAMES.map((name, i) => ({ key: `k${order[i]}`, name, types: [], aliases: [] })),
    triples.map(({ i, step }) => ({
      head: `k${order[i]}`,
      relation: relations[step % 2],
      tail: `k${order[(i + step) % NAMES.length]}`,
    })),
  );
}

const snapshot = snapshotOf([0, 1, 2, 3, 4, 5, 6]);
const split = splitTriples(triplesOf(snapshot), 0.2, 0.1, 1);

it('is what sorted lines hash to', () => {
  const lines = ({ heads, relations: r, tails }: Triples) =>
    Array.from(heads, (head, at) =>
      Buffer.from(
        `${snapshot.entityNames.at(head)}\t${snapshot.relationNames.at(r[at])}\t${snapshot.entityNames.at(tails[at])}\n`,
      ),
    ).sort(Buffer.compare);
  const hash = createHash('sha256');
  for (const name of ['train', 'valid', 'test'] as const) {
    hash.update(`${name}\n`);
    for (const line of lines(split[name])) hash.update(line);
  }
  expect(dataFacts(snapshot, split)).toEqual({ sha256: hash.digest('hex'), train: 15, valid: 4, test: 2 });
});

it('does not depend on ids, and tells splits apart', () => {
  const { sha256 } = dataFacts(snapshot, split);
  const whole = { train: triplesOf(snapshot), valid: split.valid, test: split.test };
  const other = snapshotOf([6, 5, 4, 3, 2, 1, 0]);
  expect(dataFacts(other, { ...whole, train: triplesOf(other) }).sha256).not.toBe(sha256);
  const empty = splitTriples(triplesOf(other), 0, 0, 1);
  expect(dataFacts(other, empty).sha256).toBe(dataFacts(snapshot, splitTriples(triplesOf(snapshot), 0, 0, 2)).sha256);
  expect(dataFacts(snapshot, { ...split, test: split.valid, valid: split.test }).sha256).not.toBe(sha256);
});
