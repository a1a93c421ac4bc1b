// Every reader on real files, made by the libraries themselves (test/fixtures/models/make.py): first as they are, then damaged.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import expected from '../../test/fixtures/models/expected.json' with { type: 'json' };
import { damage, damagings } from '../../test/hostile.ts';
import { loadModel as load, readModel as read } from '../../test/models.ts';
import type { ArrayRow } from './types.ts';

const FILES = Object.entries(expected) as [string, [string, Partial<ArrayRow>[] | null]][];

const byPath = (a: { path?: string }, b: { path?: string }) => ((a.path ?? '') < (b.path ?? '') ? -1 : 1);

describe('real files', () => {
  it.each(FILES)('%s is read as what it is', (name, [format, arrays]) => {
    const result = read(name, load(name));
    if (!result.ok) throw new Error(result.error.message);
    const { value } = result;
    expect(value.format.id).toBe(format);
    expect(value.forecast?.peak ?? 0).toBeGreaterThanOrEqual(value.forecast?.residentLow ?? 0);
    expect(value.forecast?.residentHigh ?? 0).toBeGreaterThanOrEqual(value.forecast?.residentLow ?? 0);
    if (arrays === null) return;
    const rows = [...value.arrays.rows].sort(byPath);
    for (const row of [...arrays].sort(byPath)) {
      expect(rows.find((found) => found.path === row.path)).toMatchObject(row);
    }
  });

  it("Keras' configuration is judged by the classes that it names", () => {
    const result = read('layers.keras', load('layers.keras'));
    const globals = result.ok ? result.value.security.globals : [];
    expect(Object.fromEntries(globals.map(({ name, verdict }) => [name, verdict]))).toEqual({
      'keras.Sequential': 'allowed',
      'keras.layers.Dense': 'allowed',
      'keras.layers.Lambda': 'dangerous',
      'mylib.Own': 'unknown',
    });
  });

  it('parts of a peak add up to it', () => {
    for (const [name] of FILES) {
      const result = read(name, load(name));
      const forecast = result.ok ? result.value.forecast : null;
      if (!forecast || forecast.peakParts.length === 0) continue;
      const sum = forecast.peakParts.reduce((total, { bytes }) => total + bytes, 0);
      expect([name, Math.round(sum)]).toEqual([name, Math.round(forecast.peak)]);
    }
  });
});

// The seed is fixed so that a run is the same everywhere; bench/hostile-formats.ts goes on with others.
const SEED = 20_261_128;
const RUNS = 400;

describe('damaged files', () => {
  it.each(FILES.map(([name]) => name))('%s gives a report or one failure that names the byte', (name) => {
    const original = load(name);
    fc.assert(
      fc.property(damagings(original.length), (changes) => {
        const result = read(name, damage(original, changes));
        if (result.ok) expect(result.value.arrays.count).toBeGreaterThanOrEqual(0);
        else {
          expect(result.error.code).toMatch(/^artifact-/);
          if (!/^artifact-(?:other|unknown)$/.test(result.error.code))
            expect(result.error.message).toMatch(/at byte \d+/);
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it.each(FILES.map(([name]) => name))('%s cut off anywhere never throws', (name) => {
    const original = load(name);
    const step = Math.max(1, Math.floor(original.length / 300));
    for (let length = 0; length < original.length; length += step) read(name, original.subarray(0, length));
  });
});
