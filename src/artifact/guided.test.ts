// What the guided run (bench/guided.ts) found to run code that no honest file runs, replayed: each is read or refused in words.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkInput, readInputs } from '../../test/artifact/readable.ts';

const FOUND = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'guided.jsonl');

describe('inputs of the guided run', () => {
  it('are each read, or refused with a byte of the file', () => {
    const inputs = readInputs(FOUND);
    for (const [line, input] of inputs.entries()) expect(checkInput(input).wrong, `line ${line + 1}`).toBeUndefined();
    expect(inputs.length).toBeGreaterThan(100);
  }, 60_000);
});
