// Predicted and measured, on a few small files made and loaded by each interpreter. bench/xray does it with all.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFile, measureLoad, OpenFile } from '../../bench/xray/measured-load.ts';
import { readPickle } from '../../src/artifact/pickle/read-pickle.ts';
import { pythonOf, VERSIONS } from './pythons.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'highwater-forecast-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const CASES = [
  'forest_with_generators',
  'forest_optimized',
  'records_of_twelve',
  'slotted',
  'strings_not_ascii',
  'sets',
];

describe.each(VERSIONS)('Python %s', (version) => {
  for (const name of CASES) {
    it(`loads ${name} as was predicted`, (ctx) => {
      const python = pythonOf(version, ctx);
      const file = join(FOLDER, `${name}-${version}.pkl`);
      makeFile(python, name, file);
      const source = new OpenFile(file);
      const { forecast } = readPickle(source, { python: { major: 3, minor: Number(version.split('.')[1]) } });
      const measured = measureLoad(python, file, 'pickle', forecast.imports);
      source.close();
      expect(Math.abs(forecast.peak / measured.peak - 1)).toBeLessThan(0.05);
      expect(measured.resident).toBeGreaterThan(forecast.residentLow);
      expect(measured.resident).toBeLessThan(forecast.residentHigh);
    });
  }
});
