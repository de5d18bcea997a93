/**
 * A line chart of several named series as an SVG file of its own, for pages that are not ours (a README, a results page). Each
 * series has a colour and a dash, so that it is told apart without colours as well; the ends are labelled beside the lines.
 */
import { linearScale, niceTicks } from './chart-scale.js';
import { html, type Markup } from './markup.js';
import { numberText } from './number-text.js';
import type { Point } from './training-curves.js';

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

export interface SeriesText {
  readonly title: string;
  /** What the horizontal axis counts. */
  readonly unit: string;
}

const WIDTH = 720;
const HEIGHT = 360;
/** Room for ticks on the left and below, for the title above, for names on the right. */
const EDGE = { left: 56, right: 190, top: 40, bottom: 40 };
const LINE_HEIGHT = 15;
/** Okabe and Ito's colours, which people with any colour vision tell apart; the last one is repeated with other dashes. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#555555'];
const DASHES = ['', '6 3', '2 3', '9 3 2 3'];

/** @param series with at least one point among them */
export function seriesChart(series: readonly Series[], { title, unit }: SeriesText): string {
  const drawn = series.filter(({ points }) => points.length > 0);
  const all = drawn.flatMap(({ points }) => points);
  const [xs, ys] = [all.map(({ x }) => x), all.map(({ y }) => y)];
  const yTicks = niceTicks(Math.min(...ys), Math.max(...ys), 5);
  const xTicks = niceTicks(0, Math.max(...xs), 6).filter((tick) => tick <= Math.max(...xs));
  const x = linearScale(0, Math.max(...xs), EDGE.left, WIDTH - EDGE.right);
  const y = linearScale(yTicks[0], yTicks[yTicks.length - 1], HEIGHT - EDGE.bottom, EDGE.top);
  const places = spreadLabels(drawn.map(({ points }) => y(points[points.length - 1].y)));
  const picture = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="12">
<title>${inWords(title, drawn)}</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
<text x="${EDGE.left}" y="20" font-size="14" font-weight="600" fill="#1d2024">${title}</text>
${yTicks.map((tick) => html`<line x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y(tick)}" y2="${y(tick)}" stroke="#e3e6ea"/><text x="${EDGE.left - 8}" y="${y(tick) + 4}" text-anchor="end" fill="#5d646d">${numberText(tick)}</text>`)}
${xTicks.map((tick) => html`<text x="${x(tick)}" y="${HEIGHT - EDGE.bottom + 18}" text-anchor="middle" fill="#5d646d">${numberText(tick)}</text>`)}
<text x="${(EDGE.left + WIDTH - EDGE.right) / 2}" y="${HEIGHT - 6}" text-anchor="middle" fill="#5d646d">${unit}</text>
${drawn.map((one, i) => line(one, i, x, y, places[i]))}
</svg>
`;
  return picture.text;
}

function line(
  { name, points }: Series,
  i: number,
  x: (value: number) => number,
  y: (value: number) => number,
  labelY: number,
): Markup {
  const colour = COLOURS[i % COLOURS.length];
  const dash = DASHES[Math.floor(i / COLOURS.length) % DASHES.length];
  const last = points[points.length - 1];
  const path = points.map((point, at) => `${at === 0 ? 'M' : 'L'}${x(point.x)} ${y(point.y)}`).join('');
  const labelX = WIDTH - EDGE.right + 10;
  return html`<path d="${path}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/><path d="M${x(last.x)} ${y(last.y)}L${labelX - 3} ${labelY}" stroke="${colour}" stroke-width="0.75"/><text x="${labelX}" y="${labelY + 4}" fill="${colour}">${name} ${numberText(last.y, 3)}</text>`;
}

/** Moves labels that would lie on each other apart, as little as their order allows. @returns places in the given order */
export function spreadLabels(wanted: readonly number[]): number[] {
  const order = Array.from(wanted.keys()).sort((a, b) => wanted[a] - wanted[b]);
  const places = [...wanted];
  let lowest = EDGE.top;
  for (const i of order) {
    places[i] = Math.max(wanted[i], lowest);
    lowest = places[i] + LINE_HEIGHT;
  }
  let highest = HEIGHT - EDGE.bottom;
  for (const i of order.reverse()) {
    places[i] = Math.min(places[i], highest);
    highest = places[i] - LINE_HEIGHT;
  }
  return places;
}

function inWords(title: string, series: readonly Series[]): string {
  const ends = series.map(
    ({ name, points }) => `${name} from ${numberText(points[0].y)} to ${numberText(points[points.length - 1].y)}`,
  );
  return `${title}: ${ends.join('; ')}.`;
}
