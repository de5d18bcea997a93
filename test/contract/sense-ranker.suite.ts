import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SensePlace, SenseRanker } from '../../src/medal/disambiguation/sense-ranker.js';

const words = (text: string) => text.split(' ');
const ONE = words('the head was seen by CT and later MS of both joints was noted');
const PLACES: readonly SensePlace[] = [
  { words: ONE, location: 5 },
  { words: words('RA'), location: 0 },
  { words: ONE, location: 8 },
  { words: words('an unseenword beside PE'), location: 3 },
];

/** What every ranker promises, for one over the inventory of toy_kg/abbreviations.txt. */
export function senseRankerSuite(name: string, create: () => Promise<{ ranker: SenseRanker; close(): Promise<void> }>) {
  describe(`ranker ${name}`, () => {
    let ranker: SenseRanker;
    let close: () => Promise<void>;
    let candidates: (readonly number[])[];
    beforeAll(async () => {
      ({ ranker, close } = await create());
      candidates = PLACES.map((place) => ranker.inventory.candidates(place.words[place.location]));
    });
    afterAll(() => close?.());

    it('knows its classes, and a temperature to divide by', () => {
      expect(ranker.inventory.size).toBe(22);
      expect(ranker.temperature).toBeGreaterThan(0);
    });

    it('gives a finite logit for each candidate, in the order asked', async () => {
      const logits = await ranker.rank(PLACES, candidates);
      expect(logits.map(({ length }) => length)).toEqual(candidates.map(({ length }) => length));
      expect(logits.every((each) => each.every(Number.isFinite))).toBe(true);
      const backwards = await ranker.rank(
        PLACES,
        candidates.map((each) => [...each].reverse()),
      );
      backwards.forEach((each, i) => {
        [...each].reverse().forEach((logit, k) => {
          expect(logit).toBeCloseTo(logits[i][k], 4);
        });
      });
    });

    it('says of a place the same alone, among others, and in a window of its own', async () => {
      const together = { logits: await ranker.rank(PLACES, candidates), states: await ranker.states(PLACES) };
      for (const [i, { words: window, location }] of PLACES.entries()) {
        const alone = [{ words: [...window], location }];
        const [[logits], [state]] = [await ranker.rank(alone, [candidates[i]]), await ranker.states(alone)];
        logits.forEach((logit, k) => {
          expect(logit).toBeCloseTo(together.logits[i][k], 4);
        });
        expect(state).toHaveLength(together.states[i].length);
        state.forEach((value, k) => {
          expect(value).toBeCloseTo(together.states[i][k], 4);
        });
      }
    });

    it('has states of one width, other ones for other places', async () => {
      const states = await ranker.states(PLACES);
      expect(new Set(states.map(({ length }) => length)).size).toBe(1);
      expect(states[0]).not.toEqual(states[2]);
      expect(states.every((state) => state.every(Number.isFinite))).toBe(true);
    });

    it('answers nothing where nothing is asked', async () => {
      expect(await ranker.rank([], [])).toEqual([]);
      expect(await ranker.states([])).toEqual([]);
    });
  });
}
