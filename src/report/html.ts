// The HTML report: one file that opens from disk, with the pages, their style and the profile itself inside. Nothing in it
// refers to anything outside. The pages (src/ui) read the profile with the same code as everything else.
import type { Fit } from '#analysis/fit/fit.ts';
import type { OwnershipOptions } from '#analysis/ownership.ts';
import type { ComparisonPage } from './compare-page.ts';

export interface PageOptions {
  /** The browser's title: what was run. */
  readonly title: string;
  /** The built pages: dist/ui/report.js and dist/ui/report.css. */
  readonly ui: { readonly script: string; readonly style: string };
}

export interface HtmlOptions extends PageOptions {
  /** Which files count as the user's own; absent = as guessed. */
  readonly ownership?: OwnershipOptions;
  /** With the run before it; absent = there is none. */
  readonly comparison?: ComparisonPage | undefined;
  /** What the page opens at, as in its address after '#'; absent = its first view. */
  readonly view?: string | undefined;
}

/** `profileFile`: a `.highwater` file, byte for byte. */
export function renderHtml(profileFile: Uint8Array, options: HtmlOptions): string {
  const data = encodeBase64(profileFile);
  const blocks = [
    jsonBlock('highwater-options', { ownership: options.ownership ?? {}, view: options.view ?? '' }),
    ...(options.comparison ? [jsonBlock('highwater-comparison', options.comparison)] : []),
    `<script type="application/octet-stream;base64" id="highwater-profile">${data}</script>`,
  ];
  return renderPageOf(blocks, checksum(data), options);
}

/** Two runs, compared; no profile goes along. */
export function renderComparisonHtml(comparison: ComparisonPage, options: PageOptions): string {
  return renderPageOfJson('highwater-comparison', comparison, options);
}

/** Whether runs fit together. */
export function renderFitHtml(fit: Fit, options: PageOptions): string {
  return renderPageOfJson('highwater-fit', fit, options);
}

function renderPageOfJson(id: string, value: unknown, options: PageOptions): string {
  const block = jsonBlock(id, value);
  return renderPageOf([block], checksum(block), options);
}

function jsonBlock(id: string, value: unknown): string {
  return `<script type="application/json" id="${id}">${escapeJson(value)}</script>`;
}

function renderPageOf(blocks: readonly string[], sum: number, { title, ui }: PageOptions): string {
  // The pages run under a policy that lets only these two blocks act: no address is ever asked, and a handler that
  // some text might smuggle in stays text.
  const nonce = `hw${sum.toString(36)}`;
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; img-src data:; form-action 'none'; base-uri 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="highwater">
<title>${escapeHtml(title)} – highwater</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${escapeStyle(ui.style)}</style>
</head>
<body>
<div id="app"><p class="loading">Reading the report…</p></div>
<noscript><p class="loading">This report needs JavaScript to show its tables and charts. It loads nothing from elsewhere.</p></noscript>
${blocks.join('\n')}
<script nonce="${nonce}">${escapeScript(ui.script)}</script>
</body>
</html>
`;
}

// A multiple of three, so that the pieces join without padding between them; small enough for one call's arguments.
const PIECE_BYTES = 3 * 8192;

export function encodeBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES))));
  }
  return pieces.join('');
}

export function escapeHtml(text: string): string {
  const named: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => named[character]!);
}

/** Inside a string or a pattern a backslash before these changes nothing, and the HTML parser no longer sees an end. */
export function escapeScript(script: string): string {
  return script.replace(/<(?=\/script|!--)/gi, (_, at: number) => (script[at + 1] === '/' ? '<\\' : '\\x3c'));
}

export function escapeStyle(style: string): string {
  return style.replace(/<(?=\/style)/gi, '<\\');
}

function escapeJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c');
}

/** FNV-1a over the text: the nonce differs from report to report, which is all that is asked of it. */
export function checksum(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 61) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
}
