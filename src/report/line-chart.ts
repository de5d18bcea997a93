/**
 * A small line chart as inline SVG: a faint line for single steps, a strong one for their mean, dots for held-out values.
 * Its numbers are also said in words, for those who do not see it.
 */
import { linearScale, niceTicks } from './chart-scale.js';
import { html, type Markup } from './markup.js';
import { numberText } from './number-text.js';
import type { Point, TrainingCurve } from './training-curves.js';

const WIDTH = 340;
const HEIGHT = 190;
/** Room for tick labels on the left and below, and for the last value on the right. */
const EDGE = { left: 40, right: 20, top: 12, bottom: 26 };

export interface ChartText {
  readonly title: string;
  /** What is measured, one short sentence. */
  readonly meaning: string;
}

export function lineChart(curve: TrainingCurve, { title, meaning }: ChartText): Markup {
  const { raw, mean, held, start, end } = curve;
  const all = [...raw, ...held];
  const values = all.map(({ y }) => y);
  const steps = all.map(({ x }) => x);
  const yTicks = niceTicks(Math.min(...values), Math.max(...values), 4);
  const xTicks = niceTicks(0, Math.max(...steps), 4).filter((tick) => tick <= Math.max(...steps));
  const x = linearScale(0, Math.max(...steps), EDGE.left, WIDTH - EDGE.right);
  const y = linearScale(yTicks[0], yTicks[yTicks.length - 1], HEIGHT - EDGE.bottom, EDGE.top);
  const words = `${title} over ${Math.max(...steps)} steps: from ${numberText(start)} to ${numberText(end)}${heldWords(held)}.`;
  return html`<figure class="chart">
<figcaption><strong>${title}</strong> <span class="from-to">${numberText(start)} → ${numberText(end)}</span><br><span class="quiet">${meaning}</span></figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${words}">
<g class="axis">${yTicks.map((tick) => horizontal(tick, y(tick)))}${xTicks.map((tick) => html`<text x="${x(tick)}" y="${HEIGHT - 8}" text-anchor="middle">${numberText(tick)}</text>`)}</g>
<path class="raw" d="${path(raw, x, y)}"/><path class="mean" d="${path(mean, x, y)}"/>
${held.map((point) => html`<circle class="held" cx="${x(point.x)}" cy="${y(point.y)}" r="3.5"/>`)}
</svg></figure>`;
}

function horizontal(tick: number, y: number): Markup {
  return html`<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y}" y2="${y}"/><text x="${EDGE.left - 6}" y="${y + 3.5}" text-anchor="end">${numberText(tick)}</text>`;
}

function path(points: readonly Point[], x: (value: number) => number, y: (value: number) => number): string {
  return points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.x)} ${y(point.y)}`).join('');
}

function heldWords(held: readonly Point[]): string {
  if (held.length === 0) return '';
  return `; held out from ${numberText(held[0].y)} to ${numberText(held[held.length - 1].y)}`;
}
