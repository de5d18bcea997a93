/** The temperature that makes probabilities believable (Guo et al. 2017, "On calibration of modern neural networks"). */
/** log T is looked for between these, by golden section. */
const WIDEST = 3;
const NARROWEST = 1e-4;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * The temperature by which logits are divided so that the right answers are most probable.
 * @param rows logits of the candidates of each answer
 * @param columns the right one of each
 */
export function fitTemperature(rows: readonly Float32Array[], columns: readonly number[]): number {
  const loss = (logT: number) => negativeLogLikelihood(rows, columns, Math.exp(logT));
  let [low, high] = [-WIDEST, WIDEST];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [loss(left), loss(right)];
  while (high - low > NARROWEST) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = loss(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = loss(right);
    }
  }
  return Math.exp((low + high) / 2);
}

function negativeLogLikelihood(rows: readonly Float32Array[], columns: readonly number[], temperature: number): number {
  let loss = 0;
  rows.forEach((row, i) => {
    const largest = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const sum = row.reduce((total, logit) => total + Math.exp((logit - largest) / temperature), 0);
    loss += Math.log(sum) - (row[columns[i]] - largest) / temperature;
  });
  return loss;
}
