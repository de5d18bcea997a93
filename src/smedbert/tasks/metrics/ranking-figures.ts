/**
 * Ranking within groups, such as the answers to one question: Acc@1, the share of groups whose best-scored candidate is
 * right, and MRR, the mean of 1 / rank of the first right one (Voorhees 1999). A tie counts against the model: a right
 * candidate stands behind every wrong one of the same score, so that equal scores for all are not a success.
 */
export interface RankedCandidate {
  readonly group: string;
  readonly score: number;
  readonly right: boolean;
}

/** Groups without a right candidate cannot be answered; they are counted apart and left out. */
export function rankingFigures(candidates: readonly RankedCandidate[]): Record<string, number> {
  const groups = new Map<string, RankedCandidate[]>();
  for (const candidate of candidates) {
    const group = groups.get(candidate.group);
    if (group) group.push(candidate);
    else groups.set(candidate.group, [candidate]);
  }
  const ranks = [...groups.values()].map(rankOfFirstRight).filter((rank) => rank !== undefined);
  const mean = (values: readonly number[]) =>
    values.length === 0 ? 0 : values.reduce((total, value) => total + value, 0) / values.length;
  return {
    accuracyAt1: mean(ranks.map((rank) => (rank === 1 ? 1 : 0))),
    meanReciprocalRank: mean(ranks.map((rank) => 1 / rank)),
    questions: ranks.length,
    unanswerable: groups.size - ranks.length,
  };
}

function rankOfFirstRight(group: readonly RankedCandidate[]): number | undefined {
  const right = group.filter((candidate) => candidate.right);
  if (right.length === 0) return undefined;
  const best = Math.max(...right.map(({ score }) => score));
  return 1 + group.filter((candidate) => !candidate.right && candidate.score >= best).length;
}
