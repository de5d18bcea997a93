import { shuffledRange } from '../training/shuffle.js';
import { type Visit, visitOrder } from './visit-order.js';

/**
 * Visits that several processes make at the same time: in a round no two have a partition in common. A round-robin tournament
 * by the circle method (Kirkman 1850) pairs all partitions in each of its turns; a turn is cut into rounds of as many visits as
 * there are processes.
 */
export function visitRounds(partitions: number, processes: number, seed: number, epoch: number): Visit[][] {
  if (processes === 1) return visitOrder(partitions, seed, epoch).map((visit) => [visit]);
  const names = shuffledRange(partitions, seed, 'embedding.visits', epoch);
  return circleTurns(partitions).flatMap((pairs) => {
    const visits = pairs.map(([a, b]): Visit => ({ slots: [names[a], names[b]] }));
    return Array.from({ length: Math.ceil(visits.length / processes) }, (_, i) =>
      visits.slice(i * processes, (i + 1) * processes),
    );
  });
}

/** One stays, the others go round; with an odd number one of them has a rest. */
function circleTurns(players: number): [number, number][][] {
  const seats = players + (players % 2);
  return Array.from({ length: seats - 1 }, (_, turn) => {
    const at = (seat: number) => (seat === 0 ? 0 : 1 + ((seat - 1 + turn) % (seats - 1)));
    const pairs = Array.from({ length: seats / 2 }, (_, i): [number, number] => [at(i), at(seats - 1 - i)]);
    return pairs.filter((pair) => pair.every((player) => player < players));
  });
}

export interface RoundPlan {
  readonly partitions: number;
  readonly processes: number;
  readonly seed: number;
}

/** The visits of a round, by rank. */
export function roundOf({ partitions, processes, seed }: RoundPlan, epoch: number, round: number): readonly Visit[] {
  return visitRounds(partitions, processes, seed, epoch)[round];
}

/** How many visits an epoch has before a round. */
export function placeOf({ partitions, processes, seed }: RoundPlan, epoch: number, round: number): number {
  return visitRounds(partitions, processes, seed, epoch).slice(0, round).flat().length;
}
