import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../../test/artifact/pickle-text.ts';
import { readModel } from '../../../test/models.ts';
import type { ArtifactReport } from '../types.ts';

function readBytes(bytes: Uint8Array): ArtifactReport {
  const result = readModel('model.pkl', bytes);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function namesOf(report: ArtifactReport): Record<string, string> {
  return Object.fromEntries(report.security.globals.map(({ name, verdict }) => [name, verdict]));
}

const names = (text: string) => namesOf(readBytes(assemble(`PROTO 4\n${text}\nSTOP`)));
const CALL_SYSTEM = 'SHORT_BINUNICODE "os"\nSHORT_BINUNICODE "system"\nSTACK_GLOBAL\nNONE\nTUPLE1\nREDUCE';

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe('names that a pickle imports', () => {
  it('are dangerous where a call makes them up', () => {
    const made = 'GLOBAL builtins|str\nSHORT_BINBYTES "os"\nSHORT_BINUNICODE "ascii"\nTUPLE2\nREDUCE';
    expect(names(`${made}\nSHORT_BINUNICODE "system"\nSTACK_GLOBAL`)).toEqual({
      '(made while loading).system': 'dangerous',
      'builtins.str': 'allowed',
    });
  });

  it('are dangerous where the file changes what they stand for', () => {
    const hang = 'EMPTY_DICT\nSHORT_BINUNICODE "a"\nSHORT_BINUNICODE "os"\nSETITEM\nBUILD';
    expect(names(`GLOBAL collections|OrderedDict\n${hang}`)).toEqual({ 'collections.OrderedDict': 'dangerous' });
  });

  it('are found by whatever numbers the memo has', () => {
    expect(names('PUT  7 \nPOP\nNONE'.replace('PUT', 'UNICODE os\nPUT'))).toEqual({});
    expect(names('UNICODE os\nPUT +1\nPOP\nUNICODE system\nPUT 1_0\nPOP\nGET 1\nGET  10 \nSTACK_GLOBAL')).toEqual({
      'os.system': 'dangerous',
    });
  });

  it('of Python 2 are judged under the names that loading maps them to', () => {
    expect(names('GLOBAL itertools|imap\nPOP\nGLOBAL commands|getoutput')).toEqual({
      'builtins.map': 'dangerous',
      'subprocess.getoutput': 'dangerous',
    });
  });
});

describe('a pickle that is damaged behind a call', () => {
  it('is refused with what it has called by then', () => {
    const result = readModel('model.pkl', join(assemble(`PROTO 4\n${CALL_SYSTEM}`), Uint8Array.of(0xff)));
    expect(result.ok ? '' : result.error.message).toMatch(
      /at byte \d+\); before that it names os\.system, known to be dang/,
    );
  });

  it('names what was called and is not known', () => {
    const bytes = assemble('PROTO 4\nGLOBAL mylib|make\nEMPTY_TUPLE\nREDUCE');
    const result = readModel('model.pkl', bytes);
    expect(result.ok ? '' : result.error.message).toMatch(/; before that it calls mylib\.make$/);
  });

  it('is known as a pickle without a header, and without STOP at the end of the file', () => {
    const text = new TextEncoder().encode('\n\nplain text here\n');
    const bytes = join(assemble("NONE\nPOP\nMARK\nSTRING 'x'\nINST os|system\nSTOP"), text);
    expect(namesOf(readBytes(bytes))).toEqual({ 'os.system': 'dangerous' });
  });
});

describe('what stands behind a whole pickle', () => {
  const first = assemble('PROTO 4\nNONE\nSTOP');

  it('and is none is told, and does not hide the first', () => {
    const report = readBytes(join(first, new TextEncoder().encode('and so on')));
    expect(report.notes.map(({ code }) => code)).toEqual(['rest-unread']);
    expect(report.notes[0]!.text).toMatch(/at byte 4/);
  });

  it('is looked through for names as far as it goes', () => {
    const report = readBytes(join(first, assemble(`PROTO 4\n${CALL_SYSTEM}`), Uint8Array.of(0xff)));
    expect(namesOf(report)).toEqual({ 'os.system': 'dangerous' });
  });
});

describe('files inside of a pickle', () => {
  const nested = (bytes: Uint8Array) =>
    names(`GLOBAL torch.storage|_load_from_bytes\nBINBYTES ${Buffer.from(bytes).toString('hex')}\nTUPLE1\nREDUCE`);
  const plain = assemble('PROTO 2\nNONE\nSTOP');

  it('are looked through', () => {
    expect(nested(join(plain, plain, plain, plain, plain))).toEqual({ 'torch.storage._load_from_bytes': 'allowed' });
    expect(nested(join(plain, plain, plain, assemble(`PROTO 2\n${CALL_SYSTEM}\nSTOP`), plain))).toEqual({
      'os.system': 'dangerous',
      'torch.storage._load_from_bytes': 'allowed',
    });
  });

  it('are dangerous where they cannot be', () => {
    expect(nested(plain)).toEqual({ 'torch.storage._load_from_bytes': 'dangerous' });
    expect(names('GLOBAL torch.storage|_load_from_bytes')).toEqual({ 'torch.storage._load_from_bytes': 'allowed' });
    expect(names('GLOBAL torch.storage|_load_from_bytes\nTUPLE1')).toEqual({
      'torch.storage._load_from_bytes': 'unknown',
    });
  });

  it('are looked through in an archive that torch reads one pickle of', () => {
    const evil = assemble(`PROTO 4\n${CALL_SYSTEM}\nSTOP`);
    const bytes = zipSync({ 'a/data.pkl': plain, 'a/extra/other.pkl': evil, 'a/version': plain }, { level: 0 });
    expect(namesOf(readBytes(bytes))).toEqual({ 'os.system': 'dangerous' });
  });
});
