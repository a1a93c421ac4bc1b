import { expect, test } from 'vitest';
import { encodeBase64, escapeScript, renderHtml } from './html.ts';

const UI = { script: 'let a="</script><!-- x";', style: 'a{content:"</style>"}' };

test.each([0, 1, 2, 3, 24_575, 24_576, 24_577, 100_000])('base64 of %i bytes reads back', (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) & 255);
  expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
});

test('an end tag inside the script or style does not end it', () => {
  const html = renderHtml(new Uint8Array([1, 2, 3]), { title: 'x', ui: UI });
  expect(html.match(/<\/script>/g)).toHaveLength(3);
  expect(html.match(/<\/style>/g)).toHaveLength(1);
  expect(html).not.toContain('<!-- x');
});

test('an escaped script means the same', () => {
  const read = new Function(`${escapeScript(UI.script)} return a`);
  expect(read()).toBe('</script><!-- x');
});

test('title and options cannot break out', () => {
  const title = '"><script>alert(1)</script>';
  const html = renderHtml(new Uint8Array(), { title, ui: UI, ownership: { include: ['</script><img>'] } });
  expect(html).not.toContain('<script>alert');
  expect(html).not.toContain('<img>');
  expect(html).toContain('&lt;script&gt;alert(1)');
});

test('nothing refers to the outside', () => {
  const html = renderHtml(new Uint8Array(), { title: 'x', ui: { script: '', style: '' } });
  expect(html.match(/(?:src|href)="(?!data:,)/g)).toBeNull();
});
