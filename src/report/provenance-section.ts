/** The part of the page that says where everything came from: each stage's hash, time, settings, figures and sources. */
import type { ChainReport, StageRecord } from './chain-report.js';
import { dataTable } from './data-table.js';
import { html, type Markup } from './markup.js';
import { durationText, figureText } from './number-text.js';

export function provenanceSection({ stages }: ChainReport): Markup {
  const last = stages[stages.length - 1];
  const versions =
    last && html`<p>MedGraft ${last.codeVersion}, Node ${last.node}, ${last.createdAt.slice(0, 10)}.</p>`;
  return html`<section id="provenance"><h2>How it was made</h2>
${versions}${stages.map(stageDetails)}</section>`;
}

function stageDetails({ stage, hash, seconds, settings, figures, sources, createdAt }: StageRecord): Markup {
  const shown = Object.entries(figures).map(([name, value]) => [name, figureText(value)]);
  const chosen = Object.entries(settings).map(([name, value]) => [name, html`<code>${plainText(value)}</code>`]);
  const files = sources.map(({ path, sha256 }) => [path, html`<code>${sha256.slice(0, 16)}</code>`]);
  return html`<details><summary><strong>${stage}</strong> <span class="quiet">${durationText(seconds)}, <code>${hash}</code></span></summary>
<p class="quiet">Finished ${createdAt}.</p><div class="columns">
${dataTable('Settings', [{ title: 'Setting' }, { title: 'Value' }], chosen)}
<div>${dataTable('Figures', [{ title: 'Figure' }, { title: 'Value', numeric: true }], shown)}
${files.length === 0 ? undefined : dataTable('Source files', [{ title: 'File' }, { title: 'SHA-256, first 16 digits' }], files)}</div></div></details>`;
}

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
