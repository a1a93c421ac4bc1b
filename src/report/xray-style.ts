// The style of the X-ray's page. Colours follow the reader's setting; bars and boxes stay apart for colour-blind readers.
export const XRAY_STYLE = `
:root { color-scheme: light dark; --background: #f6f7f9; --surface: #fff; --line: #dfe3e9; --text: #1b2430; --muted: #566273;
  --bad: #a11a1a; --warn: #7a5200; --box: #14181f; }
@media (prefers-color-scheme: dark) { :root { --background: #12161c; --surface: #191f27; --line: #313b47; --text: #e4e9ef;
  --muted: #a2afbe; --bad: #ff9d94; --warn: #ffce73; } }
body { margin: 0; background: var(--background); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 20px; }
article + article { margin-top: 48px; }
h1 { font-size: 22px; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 0 0 8px; }
.kind, .muted { color: var(--muted); margin: 4px 0; }
.headline { font-size: 17px; margin: 12px 0 4px; }
.bad, .dangerous { color: var(--bad); font-weight: 600; }
.unknown { color: var(--warn); }
section { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 14px 16px; margin-top: 16px;
  overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; color: var(--muted); font-size: 13px; }
th, td { padding: 3px 12px 3px 0; vertical-align: top; }
tbody tr { border-top: 1px solid var(--line); }
code, pre { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 4px 0 8px; padding: 8px 10px; border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; }
.map { width: 100%; height: auto; display: block; }
.map rect { stroke: var(--surface); stroke-width: 1; }
.map text { font: 11px ui-monospace, Menlo, Consolas, monospace; fill: var(--box); pointer-events: none; }
.depth-0 { fill: #8fbce6; } .depth-1 { fill: #f2b134; } .depth-2 { fill: #7ccdb0; } .depth-3 { fill: #dba6cb; }
.depth-4 { fill: #c5ccd5; } .depth-5 { fill: #e8a33d; }
.bar rect { fill: #0072b2; } .bar .part-pinned { fill: #d55e00; } .bar .part-memo { fill: #b8438b; }
.bar .part-buffer { fill: #56b4e9; } .bar .part-temporary { fill: #e69f00; } .bar .part-second-copy { fill: #009e73; } .bar .part-loader { fill: #8a9a5b; }
@media print { section { break-inside: avoid; } }
`;
