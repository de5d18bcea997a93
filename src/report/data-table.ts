import { html, type Markup, type MarkupValue } from './markup.js';

export interface Column {
  readonly title: string;
  readonly numeric?: boolean;
}

/** A table with a caption; the first column names the rows. It scrolls by itself where the page is narrow. */
export function dataTable(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly MarkupValue[])[],
): Markup {
  const head = columns.map(({ title, numeric }) => html`<th scope="col"${side(numeric)}>${title}</th>`);
  const body = rows.map((row) => html`<tr>${row.map((cell, i) => cellOf(cell, i, columns[i].numeric))}</tr>\n`);
  return html`<div class="scroll"><table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function cellOf(value: MarkupValue, column: number, numeric?: boolean): Markup {
  return column === 0 ? html`<th scope="row">${value}</th>` : html`<td${side(numeric)}>${value}</td>`;
}

function side(numeric?: boolean): Markup | undefined {
  return numeric ? html` class="number"` : undefined;
}

/** A bar as long as `share` (0 to 1) of its cell; the number beside it says the same to those who do not see it. */
export function shareBar(share: number): Markup {
  const width = Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10;
  return html`<svg class="bar" aria-hidden="true"><rect class="track" width="100%" height="100%" rx="3"/><rect class="fill" width="${width}%" height="100%" rx="3"/></svg>`;
}
