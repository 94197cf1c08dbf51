const FIGURES = `
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:1rem 2rem;margin:1.75rem 0 0;padding:0}
.figures div{border-top:.18rem solid var(--ink);padding-top:.5rem;display:flex;flex-direction:column-reverse;justify-content:flex-end}
.figures dt{color:var(--soft);font-size:.9rem;line-height:1.35}.figures dd{margin:0;font-size:1.9rem;font-weight:600;line-height:1.15;letter-spacing:-.02em}
`;

const CHIPS = `
.chips{display:flex;flex-wrap:wrap;gap:.4rem;list-style:none;padding:0;margin:1rem 0 0}
.chip{display:inline-flex;align-items:baseline;gap:.45em;font-size:.875rem;line-height:1.4;padding:.1rem .5rem;border-radius:.2rem;background:var(--open-paper)}
.kind{display:inline-flex;align-items:baseline;gap:.5em}
.chip.bad,.chip.bad i{color:var(--bad-ink)}.chip.bad{background:var(--bad-paper)}.chip.poor{background:var(--poor-paper)}.chip.held{background:var(--held-paper)}.chip.good{background:var(--good-paper)}
i.dot{flex:none;width:.62em;height:.62em;border-radius:.12em;background:currentColor;transform:translateY(-.02em)}
i.bad{color:var(--bad)}i.poor{color:var(--poor);border-radius:0;clip-path:polygon(50% 0,100% 100%,0 100%)}i.held{color:var(--held);border-radius:50%}i.good{color:var(--good);border-radius:50%}
i.open{background:none;border:.11em solid var(--open)}
`;

const TABLES = `
table{border-collapse:collapse;width:100%;font-size:.95rem}caption{text-align:left;color:var(--soft);font-size:.9rem;padding-bottom:.5rem}
th,td{text-align:left;vertical-align:top;padding:.55rem .9rem .55rem 0;border-bottom:1px solid var(--line)}
thead td{border-bottom:1px solid var(--ink)}thead th{font-size:.85rem;font-weight:600;color:var(--soft);border-bottom:1px solid var(--ink);vertical-align:bottom;white-space:nowrap}
tbody th{font-weight:400}.number{text-align:right;white-space:nowrap}td:last-child,th:last-child{padding-right:0}
.date{white-space:nowrap}.title{font-weight:600}.under{display:block;font-weight:400;color:var(--soft);font-size:.875rem}
thead button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;white-space:nowrap}
thead button:hover{color:var(--ink)}thead button::after{content:"\\2195";display:inline-block;width:1.1em;text-align:right;opacity:.55}
[aria-sort=ascending] button::after{content:"\\2191";opacity:1}[aria-sort=descending] button::after{content:"\\2193";opacity:1}
[aria-sort=ascending] button,[aria-sort=descending] button{color:var(--ink)}
@media (max-width:46rem){.stack,.stack tbody,.stack caption{display:block}.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack.sortable thead{position:static;width:auto;height:auto;clip-path:none;display:block}
.stack.sortable thead tr{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;padding-bottom:.5rem;border-bottom:1px solid var(--ink)}
.stack.sortable thead tr::before{content:"Sort by";color:var(--soft);font-size:.85rem;padding:.2rem 0}.stack thead th{border:0;padding:.2rem 0}.stack tbody tr{display:grid;grid-template-columns:1fr;gap:.1rem;padding:.8rem 0;border-bottom:1px solid var(--line)}
.stack tbody td,.stack tbody th{border:0;padding:0}.stack .number{text-align:left}
.stack [data-label]::before{content:attr(data-label) "\\00a0\\00a0";color:var(--soft);font-size:.875rem}}
`;

const FORM = `
form{display:flex;flex-wrap:wrap;gap:.75rem 1rem;align-items:end;margin:2.25rem 0 .5rem}form>*{flex:1 1 7rem}form label:first-child{flex:2 1 13rem}
form label{display:block;white-space:nowrap;font-size:.85rem;color:var(--soft)}
input,select,form button{display:block;width:100%;margin-top:.15rem;font:inherit;font-size:1rem;color:var(--ink);background:var(--paper);border:1px solid var(--soft);border-radius:.25rem;padding:.35rem .5rem;min-height:2.4rem}
form button{cursor:pointer;background:var(--raised);flex:0 1 auto;width:auto;padding-inline:1rem}
@media (max-width:46rem){form button{width:100%}form{display:grid;grid-template-columns:1fr 1fr}form label:first-child{grid-column:1/-1}}
`;

const RECORD = `
.row{display:grid;grid-template-columns:1fr 1fr;gap:0;border:1px solid var(--line);border-radius:.3rem;overflow:hidden;margin:0}
.row>div{padding:1rem 1.2rem}.row>div+div{border-left:1px solid var(--line)}.row dt{font-size:.85rem;color:var(--soft);margin-bottom:.25rem}.row dd{margin:0}
.row .after.bad{background:var(--bad-paper)}.row .after.good{background:var(--good-paper)}
@media (max-width:40rem){.row{grid-template-columns:1fr}.row>div+div{border-left:0;border-top:1px solid var(--line)}}
.facts{display:grid;grid-template-columns:minmax(7rem,11rem) 1fr;gap:.6rem 1.5rem;max-width:56rem;margin:0}
.facts dt{color:var(--soft);font-size:.9rem;padding-top:.08rem}.facts dd{margin:0}
@media (max-width:40rem){.facts{grid-template-columns:1fr;gap:.1rem}.facts dd{margin-bottom:.7rem}}
.judgements{list-style:none;padding:0;max-width:56rem}.judgements li{padding:.7rem 0;border-bottom:1px solid var(--line)}
.judgements h3{display:flex;gap:.6rem;align-items:baseline;flex-wrap:wrap;font-weight:600}.judgements p{margin:.15rem 0 0}
.would{font-size:.85rem;font-weight:600;padding:.02rem .45rem;border-radius:.2rem}.would.yes{background:var(--good-paper);color:var(--good)}.would.no{background:var(--open-paper);color:var(--open)}
.sources{padding-left:1.2rem;max-width:56rem}.sources li{margin-bottom:.8rem}
.plain{list-style:none;padding:0}.plain li{padding:.35rem 0;border-bottom:1px solid var(--line)}
details{border-bottom:1px solid var(--line);padding:.6rem 0}summary{cursor:pointer;font-weight:600}details[open] summary{margin-bottom:.5rem}
.type{border-top:1px solid var(--line);padding-top:1.25rem;margin-top:1.75rem}.type h2{margin:0 0 .4rem;display:flex;gap:.6rem;align-items:baseline;flex-wrap:wrap}.type h2 .soft{font-weight:400;font-size:1rem}
`;

const CHART = `
.bars td,.bars th{vertical-align:middle;padding-block:.5rem}.bars tbody th{width:38%;font-weight:600}.bars .drawn{width:42%}
.bars svg{display:block;width:100%;height:1.15rem}.bars .yes{fill:var(--good)}.bars .no{fill:none;stroke:var(--soft);stroke-width:1.4;vector-effect:non-scaling-stroke}.bars .left{fill:var(--hatch)}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1.5rem;list-style:none;padding:0;font-size:.9rem;color:var(--soft)}.key li{display:flex;gap:.5rem;align-items:center}
.key svg{width:1.1rem;height:1.1rem;flex:none}.key .yes{fill:var(--good)}.key .no{fill:none;stroke:var(--soft);stroke-width:1.4}.key .left{fill:var(--hatch)}
@media (max-width:46rem){.bars.stack tbody tr{grid-template-columns:repeat(3,auto) 1fr;gap:.35rem 1.2rem}.bars.stack tbody th,.bars.stack tbody .drawn{grid-column:1/-1;width:auto}}
`;

/** How the parts of pages look that are more than text: tables, the form, records, charts. */
export const PARTS_STYLE = [FIGURES, CHIPS, TABLES, FORM, RECORD, CHART]
  .map((part) => part.trim())
  .join('\n');
