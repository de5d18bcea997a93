/** What the page of an explanation adds to page-style.ts. Colours of types are told apart by people who see few of them. */
export const EXPLANATION_STYLE = `
:root { --c0: #0072b2; --c1: #b85c00; --c2: #007a5a; --c3: #a8437f; --c4: #7a5cc4; --c5: #5f7d00; --c6: #b3352e; --c7: #00758a; --c8: #6b737d; }
@media (prefers-color-scheme: dark) { :root {
  --c0: #5cb3ee; --c1: #f0a050; --c2: #45c79e; --c3: #e58bbd; --c4: #b09bf0; --c5: #b0cc4a; --c6: #f08a80; --c7: #55c4d6; --c8: #9ba4af; } }
.text { overflow-wrap: anywhere; white-space: pre-wrap; }
mark.left-out { background: none; border-bottom: 2px dotted var(--quiet); border-radius: 0; padding-bottom: 0; }
.notice { font-size: .875rem; border-left: 3px solid var(--second); padding-left: .625rem; }
.gates { display: flex; flex-wrap: wrap; gap: .5rem .125rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .75rem; margin: .5rem 0; }
.gates span { display: flex; flex-direction: column; align-items: center; min-width: 1.125rem; max-width: 100%; font-size: .8125rem; line-height: 1.3; }
.gates i, .gates b { font-style: normal; font-weight: normal; max-width: 12rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.gates i { color: var(--quiet); }
.gates b { font-weight: 600; }
.gates .track { fill: var(--track); }
.gates .fill { fill: var(--accent); }
.masks { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 310px), 1fr)); gap: 0 1.5rem; }
.fans { columns: 350px; margin-top: 1.5rem; }
.fans .card { overflow: hidden; }
.fans details { border: 0; padding: 0; margin: .25rem 0 0; }
.fans summary { font-size: .875rem; color: var(--quiet); }
.fans table { font-size: .8125rem; }
.fan { display: block; width: 100%; max-width: 460px; height: auto; margin: .25rem 0; }
.fan text { fill: var(--ink); font-size: 12.5px; }
.fan text.type { font-weight: 600; }
.fan text.quiet { fill: var(--quiet); }
.fan text.share { text-anchor: end; font-variant-numeric: tabular-nums; }
.fan .source { fill: var(--ink); }
.fan .edge { opacity: .75; stroke-linecap: round; }
${Array.from({ length: 9 }, (_, i) => `.fan .edge.c${i} { stroke: var(--c${i}); } .fan .dot.c${i} { fill: var(--c${i}); }`).join('\n')}
`;
