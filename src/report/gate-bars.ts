/** How far the gate of each token is open, as bars under the pieces in the order of the text, and as a table. */
import { dataTable } from './data-table.js';
import type { ExplainedText, ExplainedToken } from './explained-text.js';
import { html, type Markup } from './markup.js';
import { numberText, percentText } from './number-text.js';

const HEIGHT = 40;

export function gateBars({ tokens }: ExplainedText): Markup {
  const gated = tokens.filter(({ gate }) => gate !== undefined);
  const rows = gated.map(({ piece, start, gate, change }) => [
    piece,
    String(start),
    percentText(gate),
    numberText(change, 3),
  ]);
  return html`<h3>Gates</h3><p class="quiet">How far the gate of each word piece is open, the mean of |g| over the hidden width. Pieces without a bar were not infused.</p>
<div class="gates" aria-hidden="true">${tokens.map(cell)}</div>
<details><summary>Gates as a table</summary>${dataTable(
    'Word pieces of infused mentions; change: length of what was added over that of the hidden state before',
    [
      { title: 'Piece' },
      { title: 'At', numeric: true },
      { title: 'Gate', numeric: true },
      { title: 'Change', numeric: true },
    ],
    rows,
  )}</details>`;
}

function cell({ piece, gate }: ExplainedToken): Markup {
  const shown = piece.replace(/^##(?=.)/, '');
  if (gate === undefined)
    return html`<span><svg viewBox="0 0 10 ${HEIGHT}" width="10" height="${HEIGHT}"></svg><i>${shown}</i></span>`;
  const height = Math.max(1, Math.min(1, gate) * HEIGHT);
  return html`<span title="${percentText(gate)}"><svg viewBox="0 0 10 ${HEIGHT}" width="10" height="${HEIGHT}"><rect class="track" width="10" height="${HEIGHT}" rx="2"/><rect class="fill" y="${(HEIGHT - height).toFixed(1)}" width="10" height="${height.toFixed(1)}" rx="2"/></svg><b>${shown}</b></span>`;
}
