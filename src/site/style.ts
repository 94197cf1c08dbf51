import { PARTS_STYLE } from './parts-style.ts';
import { TIMELINE_STYLE } from './timeline-style.ts';

const COLOURS = `
:root{color-scheme:light dark;
--paper:#fcfcfa;--raised:#f3f3ef;--ink:#1b1e22;--soft:#565d66;--line:#dcdcd5;--link:#0b4f9e;--focus:#0b4f9e;
--bad:#b3261e;--bad-paper:#fbe9e7;--bad-ink:#8c1d18;--on-bad:#fff;
--poor:#8a5a00;--poor-paper:#fbf0d9;--held:#35507a;--held-paper:#e6edf7;
--good:#1c6b3a;--good-paper:#e1f1e6;--open:#565d66;--open-paper:#ecece8;--hatch:#9aa1a9}
@media (prefers-color-scheme:dark){:root{
--paper:#131619;--raised:#1b1f24;--ink:#e7e9eb;--soft:#a5adb6;--line:#30363d;--link:#86bdf7;--focus:#86bdf7;
--bad:#f0837b;--bad-paper:#3a1b1a;--bad-ink:#f5aaa4;--on-bad:#210706;
--poor:#e2b45c;--poor-paper:#33280f;--held:#9dbbe8;--held-paper:#1d2838;
--good:#7fcd98;--good-paper:#16301f;--open:#a5adb6;--open-paper:#262b31;--hatch:#69727c}}
`;

const TEXT = `
*,*::before,*::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
font-variant-numeric:tabular-nums;overflow-wrap:break-word}
h1,h2,h3{line-height:1.25;font-weight:650;letter-spacing:-.012em;text-wrap:balance;margin:0}
h1{font-size:clamp(1.6rem,1.25rem + 1.7vw,2.25rem)}h2{font-size:1.3rem;margin:3rem 0 .75rem}h3{font-size:1.05rem}
p,ul,ol,dl,table,figure{margin:0 0 1rem}p,dd,li{text-wrap:pretty}
a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:.06em}a:hover{text-decoration-thickness:.14em}
:focus-visible{outline:.18rem solid var(--focus);outline-offset:.15rem;border-radius:.15rem}
code{font:.875em ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
[hidden]{display:none!important}
.unseen{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.4rem .8rem;z-index:1}
.soft{color:var(--soft)}.small{font-size:.9rem}
.measure{max-width:44rem}
.lede{font-size:1.15rem;max-width:44rem;margin:.75rem 0 0}
.eyebrow{color:var(--soft);font-size:.9rem;margin:0 0 .4rem}
`;

const FRAME = `
header,main,footer{padding-inline:max(clamp(1rem,4vw,2.5rem),calc((100% - 67rem)/2))}
header{display:flex;flex-wrap:wrap;align-items:center;gap:.35rem 2rem;padding-block:1.1rem;border-bottom:1px solid var(--line)}
.name{font-weight:650;color:var(--ink);text-decoration:none;letter-spacing:-.01em;display:inline-flex;gap:.6rem;align-items:center}
.name svg{width:2.1rem;height:1rem}.name .well{fill:var(--soft)}.name .one{fill:var(--bad)}
nav ul{display:flex;flex-wrap:wrap;gap:.1rem 1.3rem;list-style:none;padding:0;margin:0}
nav a{display:inline-block;padding-block:.2rem;color:var(--soft);text-decoration:none}
nav a:hover{color:var(--ink);text-decoration:underline}nav a[aria-current]{color:var(--ink);box-shadow:inset 0 -.12rem var(--ink)}
main{padding-block:2.5rem 3rem}
footer{border-top:1px solid var(--line);padding-block:1.5rem 2.5rem;color:var(--soft);font-size:.9rem}footer p{max-width:48rem;margin-bottom:.5rem}
.neighbours{display:flex;flex-wrap:wrap;justify-content:space-between;gap:1rem;border-top:1px solid var(--line);margin-top:3rem;padding-top:1rem}
`;

const PRINT = `
@media print{:root{color-scheme:light;--paper:#fff;--raised:#f5f5f5;--ink:#000;--soft:#444;--line:#bbb;--link:#000;
--bad:#b3261e;--bad-paper:#fbe9e7;--bad-ink:#8c1d18;--on-bad:#fff;--poor:#8a5a00;--poor-paper:#fbf0d9;--held:#35507a;--held-paper:#e6edf7;
--good:#1c6b3a;--good-paper:#e1f1e6;--open:#565d66;--open-paper:#ecece8;--hatch:#9aa1a9}
body{font-size:10pt}nav,form,.skip,.neighbours,thead button::after{display:none!important}
header,main,footer{max-width:none;padding-inline:0}main{padding-block:1rem}h2{margin-top:1.5rem}h2,h3{break-after:avoid}
tr,li,article,figure,.moment{break-inside:avoid}a{text-decoration:none}.sources a::after{content:" (" attr(href) ")";overflow-wrap:anywhere}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media (forced-colors:active){.tile,.mark,.chip{border:1px solid}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`;

/** The one style sheet of every page; it asks for no font, no picture and no other file. */
export const STYLE = [COLOURS, TEXT, FRAME, PARTS_STYLE, TIMELINE_STYLE, PRINT]
  .map((part) => part.trim())
  .join('\n');
