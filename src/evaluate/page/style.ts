import { declarations } from './colours.ts';
import { asMarkup, type Html } from './html.ts';

const OUTCOMES = ['found', 'not-present', 'undecided', 'error', 'missing'] as const;

const FILTERS = OUTCOMES.map(
  (outcome) =>
    `#failures:has(input[value="${outcome}"]:checked) .item:not(.is-${outcome}) { display: none; }`,
).join('\n');

/** Colours follow the reader's system; nothing is loaded. */
export const STYLE: Html = asMarkup(`
:root { color-scheme: light dark; ${declarations('light')} }
@media (prefers-color-scheme: dark) { :root { ${declarations('dark')} } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--surface); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .5rem 0; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .25rem; }
p { margin: .25rem 0 .75rem; }
a { color: var(--accent); }
.run { font-size: 1.1rem; }
.note, .interval, .count, caption, figcaption, .details, .remarks, nav { color: var(--muted); }
.note, .remarks, figcaption, nav { font-size: .875rem; }
.warning { border: 2px solid var(--warning); border-radius: .4rem; padding: .6rem .8rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; }

.facts, .tiles { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); margin: 1rem 0; }
.facts dt, .tiles dt { color: var(--muted); font-size: .875rem; }
dd { margin: 0; }
.tiles > div { background: var(--raised); border-radius: .4rem; padding: .6rem .8rem; }
.value b { display: block; font-size: 1.8rem; line-height: 1.2; }
.tiles .note { display: block; line-height: 1.3; margin-top: .3rem; }

.scroll { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { text-align: left; padding-bottom: .25rem; }
caption span { display: inline-block; max-width: calc(100vw - 2rem); white-space: normal; }
th, td { padding: .3rem .9rem .3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td { white-space: nowrap; }
th[scope=row] { font-weight: 400; min-width: 7rem; max-width: 20rem; overflow-wrap: anywhere; }
td .interval, td .count { display: block; font-size: .8rem; line-height: 1.3; }

figure { margin: 0; }
.beside > figure { max-width: 34rem; margin: .75rem 0; }
@media (min-width: 64rem) {
  .beside:has(> figure) { display: grid; grid-template-columns: 26rem minmax(0, 1fr); gap: 2rem; align-items: start; }
  .beside > figure { position: sticky; top: 1rem; }
}
.panels { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); margin: .75rem 0; }
.pair { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); }
.legend { display: flex; flex-wrap: wrap; gap: .1rem 1rem; list-style: none; padding: 0; margin: .25rem 0; color: var(--ink); }
.legend svg { width: 1rem; height: 1rem; vertical-align: -.15rem; margin-right: .35rem; }

.plot { display: block; width: 100%; height: auto; font-family: inherit; }
.plot text { fill: var(--muted); font-size: 12px; }
.panels .plot text { font-size: 13px; }
.plot .name { fill: var(--ink); }
.grid { stroke: var(--line); }
.chance { stroke: var(--muted); stroke-dasharray: 4 4; }
.curve, .behind { fill: none; stroke: var(--found); stroke-width: 2.5; stroke-linejoin: round; }
.behind { stroke: var(--muted); stroke-width: 1; }
.whisker { stroke: var(--muted); stroke-width: 1.5; }
.join { stroke: var(--line); stroke-width: 6; stroke-linecap: round; }
.mark { fill: var(--found); stroke: var(--surface); }
.mark.square { fill: var(--not-present); }
.mark.diamond { fill: var(--undecided); }
.mark.p95 { fill: var(--surface); stroke: var(--found); stroke-width: 2.5; }
.bar { fill: var(--undecided); }
${OUTCOMES.slice(0, -1)
  .map((outcome) => `.part.${outcome} { fill: var(--${outcome}); }`)
  .join('\n')}
.part.missing { fill: none; stroke: var(--muted); stroke-dasharray: 3 3; }
.plot .on { fill: var(--on); }
.plot .on.missing { fill: var(--muted); }

fieldset { border: 1px solid var(--line); border-radius: .4rem; margin: 1rem 0; padding: .25rem .8rem .5rem; }
fieldset label { margin-right: 1rem; white-space: nowrap; }
summary { cursor: pointer; font-weight: 600; padding: .75rem 0; }
.items { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); align-items: start; }
.item { background: var(--raised); border-radius: .4rem; overflow: hidden; }
.item img { display: block; width: 100%; height: auto; max-height: 24rem; object-fit: contain; background: #181818; }
.item figcaption { padding: .6rem .8rem; }
.item p { margin: 0 0 .3rem; }
.no-picture { padding: .8rem .8rem 0; font-style: italic; }
.expression { color: var(--ink); font-size: 1rem; }
.outcome { border: 1px solid; border-radius: .3rem; padding: 0 .35rem; color: var(--ink); white-space: nowrap; }
.details span { margin-right: .6rem; }
.details bdi { color: var(--ink); }
${FILTERS}
`);
