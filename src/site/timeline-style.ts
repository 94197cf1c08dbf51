/**
 * A replay as it is drawn. Each state of a server has a colour, a letter and a shape of its own, so that no two differ by colour alone.
 */
export const TIMELINE_STYLE = `
.outcome{font-size:1.1rem;border-left:.3rem solid var(--open);padding:.15rem 0 .15rem 1rem;margin:0 0 1.5rem;max-width:52rem}.outcome strong{font-weight:650}
.outcome.good{border-color:var(--good)}.outcome.poor{border-color:var(--poor)}.outcome.bad{border-color:var(--bad)}
.strip{max-width:100%;height:auto;display:block}.strip text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:var(--ink);font-variant-numeric:tabular-nums}
.strip .soft{fill:var(--soft)}.strip .letter{font-weight:700;text-anchor:middle}.strip .centre{text-anchor:middle}.strip .end{text-anchor:end}
.strip .band{fill:var(--raised)}.strip .at{stroke:var(--ink);stroke-width:1.5}.strip .rule{stroke:var(--line)}.strip .flag{fill:var(--ink)}.strip .onflag{fill:var(--paper);font-weight:650;text-anchor:middle}
.strip .harm{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:3 3}.strip .harmword{fill:var(--bad);font-weight:650;text-anchor:middle}
.box{stroke-width:1.5}.box.right{fill:var(--good-paper);stroke:var(--good)}.box.haunted{fill:var(--bad);stroke:var(--bad)}.box.silent{fill:var(--paper);stroke:var(--soft);stroke-dasharray:3 2}.box.out{fill:var(--open-paper);stroke:var(--hatch)}
.strip .on-right{fill:var(--good)}.strip .on-haunted{fill:var(--on-bad)}.strip .on-silent,.strip .on-out{fill:var(--soft)}
.strip .verdict{font-weight:650;text-anchor:middle}.strip .good{fill:var(--good)}.strip .bad{fill:var(--bad)}.strip .poor{fill:var(--poor)}.strip .open{fill:var(--soft)}
.legend{display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;list-style:none;padding:0;font-size:.9rem;color:var(--soft)}.legend li{display:flex;gap:.5rem;align-items:center}
.tile{flex:none;display:inline-flex;align-items:center;justify-content:center;width:1.6rem;height:1.6rem;font-size:.8rem;font-weight:700;line-height:1;border:1.5px solid;border-radius:.2rem}
.tile.right{background:var(--good-paper);color:var(--good)}.tile.haunted{background:var(--bad);border-color:var(--bad);color:var(--on-bad);border-radius:0}
.tile.silent{background:none;color:var(--soft);border-style:dashed}.tile.out{color:var(--soft);border-color:var(--hatch);background:var(--open-paper);border-radius:50%}
.moments{list-style:none;padding:0;margin:2rem 0 0}
.moment{display:grid;grid-template-columns:8.5rem minmax(0,1fr) minmax(0,26rem);gap:.3rem 1.75rem;position:relative;padding:0 0 1.9rem}
.moment .when{position:relative;padding-right:1rem;text-align:right}.moment .when time{font-weight:600;display:block}
.moment::before{content:"";position:absolute;left:8.5rem;top:.4rem;bottom:-.4rem;border-left:1px solid var(--line)}.moment:last-child::before{bottom:0}
.moment::after{content:"";position:absolute;left:8.5rem;top:.42rem;width:.72rem;height:.72rem;margin-left:-.36rem;border-radius:50%;background:var(--paper);border:.16rem solid var(--soft)}
.moment.button::after{background:var(--ink);border-color:var(--ink);border-radius:.1rem}.moment.harm::after{background:var(--bad);border-color:var(--bad);border-radius:0;transform:rotate(45deg)}
.moment p{margin:.25rem 0 0}.mark{display:inline-block;font-size:.8rem;font-weight:650;padding:.05rem .45rem;border-radius:.2rem;margin-top:.25rem}
.mark.button{background:var(--ink);color:var(--paper)}.mark.harm{background:var(--bad);color:var(--on-bad)}
.who{list-style:none;padding:0;margin:.35rem 0 0}.day{display:block}
.fleet{display:flex;flex-wrap:wrap;gap:.35rem;list-style:none;padding:0;margin:.7rem 0 0}
.gate{font-size:.95rem;align-self:start;background:var(--raised);border-radius:.3rem;padding:.7rem .9rem .8rem}.gate.idle{background:none;padding:0;color:var(--soft)}
.gate .word{font-weight:650}.gate.good .word{color:var(--good)}.gate.bad .word{color:var(--bad)}.gate.poor .word{color:var(--poor)}
.gate ul{list-style:none;padding:0;margin:.35rem 0 0}.gate .said{margin-top:.5rem;font-size:.9rem;line-height:1.5;color:var(--soft)}
@media (max-width:64rem){.moment{grid-template-columns:minmax(0,1fr);padding-left:1.6rem}.moment .when{text-align:left;padding:0;display:flex;flex-wrap:wrap;gap:.1rem .7rem;align-items:baseline}
.moment .mark{margin:0}.moment::before{left:.36rem}.moment::after{left:.36rem}.gate{margin-top:.5rem}}
`;
