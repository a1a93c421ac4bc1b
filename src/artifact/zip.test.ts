// Archives that two programs would read differently are refused, each for its own reason.
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MemorySource } from './byte-source.ts';
import { readZip } from './zip.ts';

interface Member {
  readonly name: string;
  readonly data: Uint8Array;
  readonly deflate?: boolean;
  /** What the archive lies about. */
  readonly localName?: string;
  readonly size?: number;
  readonly headerAt?: number;
  readonly flags?: number;
}

const bytes = (text: string) => new TextEncoder().encode(text);

function le(value: number, width: number): number[] {
  return Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

/** A small archive, by hand, so that each field can lie. */
function zip(members: readonly Member[], options: { readonly comment?: string; readonly entries?: number } = {}) {
  const file: number[] = [];
  const directory: number[] = [];
  for (const { name, data, deflate, localName, size, headerAt, flags } of members) {
    const stored = deflate ? new Uint8Array(deflateRawSync(data)) : data;
    const inner = bytes(localName ?? name);
    const at = file.length;
    const method = deflate ? 8 : 0;
    const sizes = [...le(0, 4), ...le(stored.length, 4), ...le(size ?? data.length, 4)];
    file.push(...le(0x04034b50, 4), ...le(20, 2), ...le(flags ?? 0, 2), ...le(method, 2), ...le(0, 4), ...sizes);
    file.push(...le(inner.length, 2), ...le(0, 2), ...inner, ...stored);
    const outer = bytes(name);
    directory.push(
      ...le(0x02014b50, 4),
      ...le(20, 2),
      ...le(20, 2),
      ...le(flags ?? 0, 2),
      ...le(method, 2),
      ...le(0, 4),
    );
    directory.push(
      ...sizes,
      ...le(outer.length, 2),
      ...le(0, 2),
      ...le(0, 2),
      ...le(0, 8),
      ...le(headerAt ?? at, 4),
      ...outer,
    );
  }
  const comment = bytes(options.comment ?? '');
  const entries = options.entries ?? members.length;
  const end = [...le(0x06054b50, 4), ...le(0, 4), ...le(entries, 2), ...le(entries, 2), ...le(directory.length, 4)];
  return new MemorySource(
    Uint8Array.from([...file, ...directory, ...end, ...le(file.length, 4), ...le(comment.length, 2), ...comment]),
  );
}

function content(source: MemorySource, name: string): string {
  const directory = readZip(source);
  const member = directory.find(name)!;
  return new TextDecoder().decode(directory.open(member).read(0, member.bytes));
}

const A: Member = { name: 'a', data: bytes('hello') };

describe('an archive', () => {
  it('gives its members, stored and deflated', () => {
    const source = zip([A, { name: 'b/c', data: bytes('x'.repeat(5000)), deflate: true }], { comment: 'a remark' });
    expect(readZip(source).members.map(({ name, bytes: size }) => [name, size])).toEqual([
      ['a', 5],
      ['b/c', 5000],
    ]);
    expect(content(source, 'a')).toBe('hello');
    expect(content(source, 'b/c')).toBe('x'.repeat(5000));
  });

  it.each([
    ['two members of one name', zip([A, A]), /two members 'a'/],
    ['members that overlap', zip([A, { ...A, name: 'b', headerAt: 2 }]), /overlaps another one/],
    ['a bomb', zip([{ ...A, deflate: true, size: 50_000_000 }]), /claims to inflate to 50000000/],
    ['a stored member of two sizes', zip([{ ...A, size: 6 }]), /two different sizes/],
    ['an encrypted member', zip([{ ...A, flags: 1 }]), /is encrypted/],
    ['more entries than there are', zip([A], { entries: 2 }), /do not fit|is missing/],
    ['no directory', new MemorySource(bytes('PK\x03\x04 and nothing else')), /is missing: the file is cut off/],
  ])('with %s is refused', (_, source, words) => {
    expect(() => readZip(source)).toThrow(words);
  });

  it('whose member calls itself otherwise is refused when it is opened', () => {
    const directory = readZip(zip([{ ...A, localName: 'b' }]));
    expect(() => directory.open(directory.members[0]!)).toThrow(/calls itself otherwise/);
  });

  it('whose member inflates to less than it says is damaged', () => {
    const directory = readZip(zip([{ name: 'a', data: bytes('y'.repeat(400)), deflate: true, size: 401 }]));
    expect(() => directory.open(directory.members[0]!).read(0, 401)).toThrow(/ends before what it should hold/);
  });
});
