import { expect, test } from 'vitest';
import { encodeBase64 } from '#report/html.ts';
import { decodeBase64 } from './load.ts';

test('what the report wrote is read back, with line ends around it', () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) & 255);
  expect(decodeBase64(`\n${encodeBase64(bytes)}\n`)).toEqual(bytes);
});
