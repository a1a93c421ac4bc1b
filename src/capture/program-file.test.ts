// Programs of this machine, and heads of files written by hand.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseElfHead, readProgramFile } from './program-file.ts';

/** A head with one program header of that type, whose text follows it. */
function elf(bits: 32 | 64, type: number, text: string): Buffer {
  const wide = bits === 64;
  const [headBytes, entryBytes] = wide ? [64, 56] : [52, 32];
  const head = Buffer.alloc(headBytes + entryBytes);
  head.write('\x7fELF', 'latin1');
  head[4] = wide ? 2 : 1;
  head[5] = 1;
  const pointer = (at: number, value: number) =>
    wide ? head.writeBigUInt64LE(BigInt(value), at) : head.writeUInt32LE(value, at);
  pointer(wide ? 32 : 28, headBytes);
  head.writeUInt16LE(entryBytes, wide ? 54 : 42);
  head.writeUInt16LE(1, wide ? 56 : 44);
  head.writeUInt32LE(type, headBytes);
  pointer(headBytes + (wide ? 8 : 4), head.length);
  pointer(headBytes + (wide ? 32 : 16), text.length + 1);
  return Buffer.concat([head, Buffer.from(`${text}\0`)]);
}

test('bits and loader', () => {
  expect(parseElfHead(elf(64, 3, '/lib/ld-musl-x86_64.so.1'))).toEqual({
    bits: 64,
    loader: '/lib/ld-musl-x86_64.so.1',
  });
  expect(parseElfHead(elf(32, 3, '/lib/ld-linux.so.2'))).toEqual({ bits: 32, loader: '/lib/ld-linux.so.2' });
  expect(parseElfHead(elf(64, 1, ''))).toEqual({ bits: 64, loader: '' });
});

test('a head that is cut or no ELF', () => {
  const whole = elf(64, 3, '/lib/ld.so');
  for (let length = 0; length < whole.length; length++) parseElfHead(whole.subarray(0, length));
  expect(parseElfHead(whole.subarray(0, 40))).toBeUndefined();
  expect(parseElfHead(Buffer.alloc(4096, '#!/bin/sh\n'))).toBeUndefined();
});

test('files: this program, a script, nothing', () => {
  expect(readProgramFile(process.execPath)).toMatchObject({
    bits: 64,
    loader: expect.stringContaining('ld-'),
    setOwner: null,
  });
  expect(readProgramFile('/nonexistent')).toBeUndefined();
  expect(readProgramFile('/')).toBeUndefined();
  const folder = mkdtempSync(join(tmpdir(), 'highwater-elf-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'script'), '#!/bin/sh\n');
  expect(readProgramFile(join(folder, 'script'))).toBeUndefined();
});
