// The model files of test/fixtures/models, and reading them without a file system.
import fs from 'node:fs';
import path from 'node:path';
import { MemorySource } from '../src/artifact/byte-source.ts';
import { readArtifact } from '../src/artifact/read.ts';

export const MODELS = path.resolve(import.meta.dirname, 'fixtures', 'models');

export function loadModel(name: string, folder = MODELS): Uint8Array {
  return new Uint8Array(fs.readFileSync(path.join(folder, name)));
}

export function readModel(name: string, bytes: Uint8Array, folder = MODELS) {
  return readArtifact({
    source: new MemorySource(bytes),
    name,
    python: { major: 3, minor: 11 },
    installed: () => undefined,
    openBeside: (beside) =>
      fs.statSync(path.join(folder, beside), { throwIfNoEntry: false })?.isFile()
        ? new MemorySource(loadModel(beside, folder))
        : undefined,
  });
}
