/** Names beside points of a map, the most important first, each where it covers no other name; what finds no place is left out. */
export interface LabelledPoint {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly text: string;
}

export interface PlacedLabel {
  /** Of the points. */
  readonly index: number;
  /** Of the text's baseline. */
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end' | 'middle';
}

export interface LabelArea {
  readonly width: number;
  readonly height: number;
  readonly fontSize: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const GAP = 3;
/** Of a letter's height above the baseline, and below, to the size of the font. */
const [ASCENT, DESCENT] = [0.85, 0.25];
/** Width of letters to the size of the font: about that of sans-serif fonts, and full for Chinese. */
const [NARROW, WIDE] = [0.56, 1];
const WIDE_LETTERS = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** @param points the most important first @param most labels */
export function placeLabels(points: readonly LabelledPoint[], area: LabelArea, most: number): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  const taken: Box[] = [];
  for (const [index, point] of points.entries()) {
    if (placed.length >= most) break;
    for (const label of positions(point, index, area.fontSize)) {
      const box = boxOf(label, point.text, area.fontSize);
      if (!fits(box, area) || taken.some((other) => overlap(box, other))) continue;
      placed.push(label);
      taken.push(box, dot(point));
      break;
    }
  }
  return placed;
}

/** Right, left, above, below. */
function positions({ x, y, radius }: LabelledPoint, index: number, fontSize: number): PlacedLabel[] {
  const middle = y + (fontSize * (ASCENT - DESCENT)) / 2;
  const away = radius + GAP;
  return [
    { index, x: x + away, y: middle, anchor: 'start' },
    { index, x: x - away, y: middle, anchor: 'end' },
    { index, x, y: y - away - fontSize * DESCENT, anchor: 'middle' },
    { index, x, y: y + away + fontSize * ASCENT, anchor: 'middle' },
  ];
}

function boxOf({ x, y, anchor }: PlacedLabel, text: string, fontSize: number): Box {
  const width = textWidth(text, fontSize);
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  return { left, right: left + width, top: y - fontSize * ASCENT, bottom: y + fontSize * DESCENT };
}

function dot({ x, y, radius }: LabelledPoint): Box {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const letter of text) width += WIDE_LETTERS.test(letter) ? WIDE : NARROW;
  return width * fontSize;
}

function fits({ left, right, top, bottom }: Box, { width, height }: LabelArea): boolean {
  return left >= 0 && top >= 0 && right <= width && bottom <= height;
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
