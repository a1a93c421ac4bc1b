import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { notesOfAgent } from './agent-notes.ts';
import { findInnerAllocators } from './inner-allocator.ts';

const MIB = 1 << 20;

function library(name: string, at: number, text: string, size = at + text.length): string {
  const folder = mkdtempSync(join(tmpdir(), 'highwater-library-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const bytes = Buffer.alloc(size, 'x');
  bytes.write(text, at);
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

test('an allocator is found by what it says, wherever it stands', () => {
  for (const at of [0, 100, 4 * MIB - 20, 4 * MIB - 1, 4 * MIB, 9 * MIB]) {
    expect(findInnerAllocators(library('libtable.so', at, '_RJEM_MALLOC_CONF', 10 * MIB))).toEqual(['jemalloc']);
  }
  expect(findInnerAllocators(library('lib.so', 10, '<jemalloc>: ..., mimalloc: warning'))).toEqual([
    'jemalloc',
    'mimalloc',
  ]);
});

test('by its name where that tells, and never in a BLAS', () => {
  expect(findInnerAllocators('/nowhere/libmimalloc.so.2')).toEqual(['mimalloc']);
  expect(findInnerAllocators(library('libopenblas.so.0', 0, 'mimalloc: '))).toEqual([]);
  expect(findInnerAllocators('/nowhere/other.so')).toEqual([]);
});

test('a library that only maps its buffers is no note', () => {
  expect(notesOfAgent(9, library('libother.so', 0, 'nothing'), 0)).toEqual([]);
  const [note] = notesOfAgent(9, library('libarrow.so.2600', 0, 'mimalloc: error'), 3);
  expect(note).toMatchObject({ code: 'agent-inner-allocator', process: 3, severity: 'warning' });
  expect(note!.text).toContain('libarrow.so.2600 serves itself from an allocator of its own (mimalloc)');
  expect(note!.text).toContain('ARROW_DEFAULT_MEMORY_POOL=system');
});
