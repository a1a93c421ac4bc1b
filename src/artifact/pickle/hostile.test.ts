// Twenty thousand damaged pickles. `node bench/hostile.ts` tries a million, and follows what is new.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { damage, tryPickle } from '../../../test/artifact/hostile.ts';
import { assemble } from '../../../test/artifact/pickle-text.ts';
import { MemorySource } from '../byte-source.ts';
import { runPickles } from './read-pickle.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures/pickles');
const FILES = readdirSync(FIXTURES)
  .filter((name) => /\.(?:pkl|joblib)$/.test(name))
  .map((name) => new Uint8Array(readFileSync(join(FIXTURES, name))));
const CASES = 20_000;

describe('damaged pickles', () => {
  it('are slimmed to the same graph, or refused with a byte of the file', () => {
    const kinds = new Map<string, number>();
    for (let seed = 0; seed < CASES; seed++) {
      const { kind, wrong } = tryPickle(damage(FILES, seed));
      expect(wrong, `seed ${seed}`).toBeUndefined();
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    // The damage reaches what it is about: some files survive, and refusals are of many kinds.
    expect(kinds.get('slimmed')).toBeGreaterThan(CASES / 100);
    expect(kinds.size).toBeGreaterThan(50);
  }, 120_000);

  it('are none of the fourteen that they are made of', () => {
    for (const file of FILES) expect(tryPickle(file)).toEqual({ kind: 'slimmed' });
    expect(FILES.length).toBe(14);
  });
});

describe('bombs', () => {
  it('of a memo index take no memory', () => {
    const bytes = assemble('NONE\nLONG_BINPUT 4294967295\nSTOP');
    expect(tryPickle(bytes).kind).toMatch(/puts a memo entry N out of order/);
  });

  it('of memo indices that are all far apart are refused before they fill our own memo', () => {
    const puts = 2_000_000;
    const bytes = Buffer.alloc(1 + 5 * puts + 1, 'N');
    for (let i = 0; i < puts; i++) {
      bytes[1 + 5 * i] = 0x72; // LONG_BINPUT
      bytes.writeUInt32LE(1_000_000 + i * 2000, 2 + 5 * i);
    }
    bytes[bytes.length - 1] = 0x2e;
    const options = { python: { major: 3, minor: 12 } } as const;
    expect(() => runPickles(new MemorySource(bytes), options)).toThrow(/more objects than highwater holds/);
  });

  it.each([
    ['marks', '(', 1_100_000, /marks are open/],
    ['values', 'N', 1_000_000, 'slimmed'],
    ['nested lists', ']', 200_000, 'slimmed'],
    ['nested tuples', '\x85', 200_000, 'slimmed'],
  ])(
    'of %s end',
    (_what, opcode, count, kind) => {
      const start = opcode === '\x85' ? 'N' : '';
      const bytes = Uint8Array.from(Buffer.from(`\x80\x04${start}${opcode.repeat(count)}.`, 'latin1'));
      expect(tryPickle(bytes).kind).toMatch(kind);
    },
    60_000,
  );

  it('of a tuple made of itself twice, thirty times over, stay small', () => {
    const double = 'MEMOIZE\nBINGET';
    const levels = Array.from({ length: 30 }, (_, i) => `${double} ${i}\nTUPLE2`).join('\n');
    expect(tryPickle(assemble(`PROTO 4\nSHORT_BINUNICODE "ab"\n${levels}\nSTOP`))).toEqual({ kind: 'slimmed' });
  });
});
