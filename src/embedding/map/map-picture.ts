/**
 * A map of entities as one self-contained SVG: types as colours with a legend, points by rank, the names of the highest-ranked
 * entities. Follows the reader's light or dark mode; each point tells its name when it is pointed at.
 */
import { xmlText } from '../../formats/xml-text.js';
import type { EntityMap, MapPoint } from './entity-map.js';
import { type PlacedLabel, placeLabels, textWidth } from './place-labels.js';

const WIDTH = 1200;
const HEIGHT = 860;
const EDGE = 28;
const TITLE = 64;
const LEGEND = 210;
const FONT = 13;
const SMALLEST = 1.7;
const LARGEST = 9;
/** Share of the points at each end of an axis that may lie far out, how far from the others they are drawn, and of how many. */
const OUTLIERS = 0.005;
const ROOM = 0.06;
const FEWEST = 20;

/** Ten hues that stay apart for most colour-blind readers (Tableau 10, by Maureen Stone); further types share a grey. */
const COLOURS = [
  '#4e79a7',
  '#f28e2b',
  '#59a14f',
  '#e15759',
  '#9c6ade',
  '#17a2a2',
  '#edc948',
  '#b07aa1',
  '#9c755f',
  '#ff9da7',
];
const OTHER = '#9aa0a8';

const STYLE = `
svg{--page:#fcfcfb;--ink:#1d2024;--quiet:#5d646d;--line:#dfe2e6;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC","WenQuanYi Micro Hei",sans-serif}
@media(prefers-color-scheme:dark){svg{--page:#15181c;--ink:#e6e9ed;--quiet:#9ba4af;--line:#333a43}}
.page{fill:var(--page)}text{fill:var(--ink)}.quiet{fill:var(--quiet);font-size:13px}.title{font-size:20px;font-weight:600}
circle{fill-opacity:.72;stroke:var(--page);stroke-width:.5}
.names text{font-size:${FONT}px;paint-order:stroke;stroke:var(--page);stroke-width:3px;stroke-linejoin:round}
`;

interface DrawnPoint extends MapPoint {
  readonly radius: number;
}

/** @param labels names, at most */
export function mapPicture(map: EntityMap, labels: number): string {
  const points = drawnPoints(map);
  const area = { width: WIDTH - LEGEND - 2 * EDGE, height: HEIGHT - TITLE - 2 * EDGE, fontSize: FONT };
  const named = points.map(({ x, y, radius, name }) => ({ x, y, radius, text: shortened(name) }));
  const placed = placeLabels(named, area, labels);
  const colours = new Map(map.types.map(({ name }, i) => [name, COLOURS[i] ?? OTHER]));
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${xmlText(described(map))}">
<style>${STYLE}</style>
<rect class="page" width="${WIDTH}" height="${HEIGHT}"/>
<text class="title" x="${EDGE}" y="${EDGE + 16}">${xmlText(`${map.kg}: where ${map.model} puts its entities`)}</text>
<text class="quiet" x="${EDGE}" y="${EDGE + 38}">${xmlText(described(map))}</text>
<g transform="translate(${EDGE} ${TITLE + EDGE})">
${map.types.map(({ name }) => circles(points, name, colours.get(name) ?? OTHER)).join('\n')}
<g class="names">
${placed.map((label) => labelText(label, named[label.index].text)).join('\n')}
</g>
</g>
${legend(map, colours)}
</svg>
`;
}

function described({ method, points, entities, explained }: EntityMap): string {
  const which =
    points.length < entities ? `the ${points.length} highest-ranked of ${entities} entities` : `${entities} entities`;
  if (method === 'umap') return `${which}; UMAP: near ones have like vectors, distances between groups mean little`;
  const share = (explained[0] ?? 0) + (explained[1] ?? 0);
  return `${which}; the first two principal components, ${(100 * share).toFixed(1)} % of the variance`;
}

/**
 * Scaled alike in both directions, so that distances stay comparable, and put in the middle. What UMAP pushed far out, which
 * has no meaning, is drawn at the edge.
 */
function drawnPoints({ points, method }: EntityMap): DrawnPoint[] {
  const share = method === 'umap' ? OUTLIERS : 0;
  const [left, right] = frame(
    points.map(({ x }) => x),
    share,
  );
  const [low, high] = frame(
    points.map(({ y }) => y),
    share,
  );
  const [width, height] = [WIDTH - LEGEND - 2 * EDGE, HEIGHT - TITLE - 2 * EDGE];
  const inner = (size: number) => size - 2 * LARGEST;
  const scale = Math.min(inner(width) / (right - left || 1), inner(height) / (high - low || 1));
  const top = Math.max(points[0]?.rank ?? 0, Number.MIN_VALUE);
  return points.map((point) => ({
    ...point,
    x: width / 2 + (clamped(point.x, left, right) - (left + right) / 2) * scale,
    y: height / 2 - (clamped(point.y, low, high) - (low + high) / 2) * scale,
    radius: SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(Math.max(0, point.rank) / top),
  }));
}

/** From the lowest to the highest value, but for a share of them at each end, at least one, and some room then. */
function frame(values: number[], share: number): [number, number] {
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  if (share === 0 || last < FEWEST) return [sorted[0], sorted[last]];
  const left = Math.max(1, Math.floor(share * sorted.length));
  const room = ROOM * (sorted[last - left] - sorted[left]);
  return [Math.max(sorted[0], sorted[left] - room), Math.min(sorted[last], sorted[last - left] + room)];
}

function clamped(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** The lowest ranks first: large points lie on top. */
function circles(points: readonly DrawnPoint[], type: string, colour: string): string {
  const own = points.filter((point) => point.type === type).reverse();
  const drawn = own.map(
    ({ x, y, radius, name }) =>
      `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius.toFixed(1)}"><title>${xmlText(name)} (${xmlText(type)})</title></circle>`,
  );
  return `<g fill="${colour}">\n${drawn.join('\n')}\n</g>`;
}

function labelText({ x, y, anchor }: PlacedLabel, text: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${xmlText(text)}</text>`;
}

function legend({ types }: EntityMap, colours: ReadonlyMap<string, string>): string {
  // One more type has the grey for itself.
  const count = types.length === COLOURS.length + 1 ? types.length : COLOURS.length;
  const [shown, others] = [types.slice(0, count), types.slice(count)];
  const rows = shown.map(({ name, points }) => ({ name, points, colour: colours.get(name) ?? OTHER }));
  if (others.length > 0) {
    const points = others.reduce((sum, type) => sum + type.points, 0);
    rows.push({ name: `${others.length} more types`, points, colour: OTHER });
  }
  const lines = rows.map(({ name, points, colour }, i) => {
    const y = 10 + 24 * i;
    return `<circle cx="7" cy="${y - 4.5}" r="6" fill="${colour}"/><text x="22" y="${y}" font-size="13">${xmlText(cropped(name, LEGEND - 70))}</text><text class="quiet" x="${LEGEND - EDGE}" y="${y}" text-anchor="end">${points}</text>`;
  });
  return `<g transform="translate(${WIDTH - LEGEND} ${TITLE + EDGE})">\n${lines.join('\n')}\n</g>`;
}

/** Longer names would cover much of the map. */
function shortened(name: string): string {
  return cropped(name, 180);
}

function cropped(text: string, width: number): string {
  if (textWidth(text, FONT) <= width) return text;
  const letters = Array.from(text);
  while (letters.length > 1 && textWidth(`${letters.join('')}…`, FONT) > width) letters.pop();
  return `${letters.join('')}…`;
}
