/** The page's style sheet: system fonts, no external resource, light and dark by what the reader's system prefers. */
export const PAGE_STYLE = `
:root { color-scheme: light dark;
  --page: #fcfcfb; --card: #ffffff; --ink: #1d2024; --quiet: #5d646d; --line: #dfe2e6; --grid: #eceef1;
  --accent: #1f6fc4; --faint: #b9d3ee; --second: #b3541e; --track: #e9ecf0; --mark: #dcebfb; --masked: #ffe3c4; }
@media (prefers-color-scheme: dark) { :root {
  --page: #15181c; --card: #1c2026; --ink: #e6e9ed; --quiet: #9ba4af; --line: #333a43; --grid: #2a3038;
  --accent: #6cb0f5; --faint: #2f506f; --second: #f0995c; --track: #2c333c; --mark: #1f3d5c; --masked: #5a3a1a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); line-height: 1.55;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 3rem 0 .25rem; }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
h4 { font-size: 1rem; margin: 0; }
p { margin: .25rem 0 1rem; max-width: 46rem; }
.quiet { color: var(--quiet); font-weight: normal; }
p.quiet, figcaption .quiet { font-size: .875rem; }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; font-size: .875rem; }
a { color: var(--accent); }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(45%, 220px), 1fr)); gap: .75rem; margin: 1.5rem 0 0; padding: 0; }
.tiles > div { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem .875rem; }
.tiles dt { color: var(--quiet); font-size: .8125rem; }
.tiles dd { margin: .125rem 0 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tiles dd small { display: block; font-size: .8125rem; font-weight: normal; color: var(--quiet); }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 0 2.5rem; align-items: start; }
.scroll { overflow-x: auto; margin: .75rem 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: left; color: var(--quiet); font-size: .875rem; padding-bottom: .375rem; }
th, td { padding: .375rem .75rem .375rem 0; border-bottom: 1px solid var(--grid); text-align: left; vertical-align: middle; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: .8125rem; color: var(--quiet); font-weight: 600; border-bottom-color: var(--line); }
tbody th { font-weight: 500; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 310px), 1fr)); gap: 1rem; margin: 1rem 0; }
.chart { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem .875rem .25rem; }
.chart figcaption { font-size: .9375rem; line-height: 1.4; }
.chart svg { display: block; width: 100%; height: auto; margin-top: .375rem; }
.from-to { float: right; font-variant-numeric: tabular-nums; }
.axis line { stroke: var(--grid); }
.axis text { fill: var(--quiet); font-size: 11px; font-variant-numeric: tabular-nums; }
path { fill: none; stroke-linejoin: round; }
path.raw { stroke: var(--faint); stroke-width: 1; }
path.mean { stroke: var(--accent); stroke-width: 2; }
circle.held { fill: var(--second); stroke: var(--card); stroke-width: 1.5; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .875rem; color: var(--quiet); padding: 0; margin: 0; list-style: none; }
.legend svg { width: 22px; height: 10px; vertical-align: middle; margin-right: .375rem; }
.bar { display: block; width: 100%; height: 10px; min-width: 60px; }
.bar .track { fill: var(--track); }
.bar .fill { fill: var(--accent); }
mark { background: var(--mark); color: inherit; border-radius: 4px; padding: .1em .2em; }
mark.masked { background: var(--masked); }
mark sup { font-size: .7em; line-height: 0; margin-left: .15em; color: var(--quiet); }
.text { max-width: 52rem; font-size: 1.0625rem; line-height: 2; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem; }
.mentions { columns: 310px; column-gap: 1rem; }
.mentions .card { break-inside: avoid; margin-bottom: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem .875rem; }
.card p { margin: 0 0 .5rem; }
.plain { font-size: .875rem; }
.plain th, .plain td { padding-top: .25rem; padding-bottom: .25rem; }
.plain .type th { font-weight: 600; }
.plain tr:not(.type) > td:first-child { padding-left: .75rem; }
.weight { width: 42%; }
td.weight { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.weight .bar { display: inline-block; width: calc(100% - 4.25rem); min-width: 30px; vertical-align: middle; }
td.weight span { display: inline-block; width: 4rem; text-align: right; }
details { border: 1px solid var(--line); border-radius: 8px; background: var(--card); padding: .5rem .875rem; margin: .5rem 0; }
details[open] { padding-bottom: .75rem; }
summary { cursor: pointer; }
summary .quiet { font-size: .875rem; }
code { font: .875em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media print { details { break-inside: avoid; } }
`;
