// The reading side of agent/wire.h: against the stream that the agent's own tests wrote (in C), and against bytes that
// nobody wrote.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unwrap } from '#base/result.ts';
import { PACKAGE_ROOT } from './agent-sources.ts';
import {
  DOMAIN_MASK,
  FROM_REALLOC,
  formatPythonVersion,
  KIND,
  parseStreamHeader,
  RecordReader,
  type RecordVisitor,
  SNAPSHOT_REASON,
  STREAM_FLAG,
  STREAM_HEADER_BYTES,
  STREAM_NAME,
  UNKNOWN,
} from './wire.ts';

const GOLDEN = readFileSync(join(PACKAGE_ROOT, 'agent', 'tests', 'golden.hws'));
const GOLDEN_LINES = readFileSync(join(PACKAGE_ROOT, 'agent', 'tests', 'golden.txt'), 'utf8')
  .trimEnd()
  .split('\n');

/** "ALLOC thread=1 time=5" -> { kind: 'ALLOC', thread: '1', time: '5' } */
function fieldsOf(line: string): Record<string, string> {
  const [kind, rest = ''] = line.split(/ (.*)/s);
  const fields = [...rest.matchAll(/(\w+)=(.*?)(?= \w+=|$)/gs)].map((match) => [match[1]!, match[2]!]);
  return { kind: kind!, ...Object.fromEntries(fields) };
}

const DOMAINS = ['', 'malloc', 'calloc', 'python', 'mmap', 'mmap-file', 'big-python', 'mmap-shared'];
const REASONS = Object.fromEntries(
  Object.entries({ periodic: 'periodic', newHigh: 'new-high', beforeFree: 'before-free', atExit: 'at-exit' }).map(
    ([name, text]) => [SNAPSHOT_REASON[name as keyof typeof SNAPSHOT_REASON], text],
  ),
);
const NOTES = [
  'text',
  'unsupported-python',
  'layout-refused',
  'foreign-allocator',
  'debug-hooks',
  'pymalloc-off',
  'free-threaded',
  'write-stopped',
  'no-native-stacks',
  'maps-itself',
];

/** Every record in the words of golden.txt, as far as the visitor is told. */
class Speaker implements RecordVisitor {
  readonly said: Record<string, unknown>[] = [];

  #say(kind: string, fields: Record<string, unknown>): void {
    this.said.push({
      kind,
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)])),
    });
  }
  #isRealloc = (flag: number) => ((flag & FROM_REALLOC) !== 0 ? 'True' : 'False');

  alloc(time: number, address: number, bytes: number, weight: number, stack: number, mean: number, flag: number): void {
    const domain = DOMAINS[flag & DOMAIN_MASK];
    this.#say('ALLOC', { time, address, bytes, weight, stack, mean, domain, from_realloc: this.#isRealloc(flag) });
  }
  free(time: number, address: number, flag: number): void {
    this.#say('FREE', { time, address, from_realloc: this.#isRealloc(flag) });
  }
  unmap(time: number, address: number, bytes: number): void {
    this.#say('UNMAP', { time, address, bytes });
  }
  stack(id: number, parent: number, code: number, line: number): void {
    this.#say('STACK', { id, parent, code, line });
  }
  code(id: number, file: string, name: string): void {
    this.#say('CODE', { id, file, name });
  }
  native(id: number, parent: number, code: number, place: number): void {
    this.#say('STACK', { id, parent, code, place });
  }
  module(id: number, file: string, build_id: string): void {
    this.#say('CODE', { id, file, build_id });
  }
  thread(thread: number, tid: number, name: string): void {
    this.#say('THREAD', { thread, tid, name });
  }
  snapshot(s: import('./wire.ts').Snapshot): void {
    const { time, thread, residentBytes: resident, sharedBytes: shared, hwmBytes: hwm, stack } = s;
    const known = (bytes: number) => (bytes === UNKNOWN ? 'unknown' : bytes);
    const heap_live = known(s.heapLive);
    const python_live = known(s.pythonLive);
    const python_held = known(s.pythonHeld);
    const counters = { heap_live, python_live, python_held, allocated: known(s.allocated) };
    this.#say('SNAPSHOT', { time, thread, resident, shared, hwm, ...counters, stack, reason: REASONS[s.reason] });
  }
  note(code: number, text: string): void {
    this.#say('NOTE', { note: NOTES[code], text });
  }
  mean(time: number, mean: number): void {
    this.#say('MEAN', { time, mean });
  }
  exit(time: number, hwm: number): void {
    this.#say('EXIT', { time, hwm });
  }
  resident(address: number, bytes: number, resident: number): void {
    this.#say('RESIDENT', { address, bytes, resident });
  }
  areas({ time, reserved, resident, untouched, trimmable, huge }: import('./wire.ts').Areas): void {
    const join = (kinds: object) => Object.values(kinds).join(',');
    this.#say('AREAS', { time, reserved: join(reserved), resident: join(resident), untouched, trimmable, huge });
  }
  failed(f: import('./wire.ts').FailedRequest): void {
    const known = (bytes: number) => (bytes === UNKNOWN ? 'unknown' : bytes);
    const held = { virtual: f.virtualBytes, resident: f.residentBytes, data: f.dataBytes };
    const limits = { virtual_limit: known(f.virtualLimit), data_limit: known(f.dataLimit) };
    this.#say('FAILED', {
      time: f.time,
      bytes: f.bytes,
      ...held,
      ...limits,
      stack: f.stack,
      domain: DOMAINS[f.domain],
    });
  }
}

/** In a buffer of its own, aligned as a reader of files has it. */
function aligned(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  copy.set(bytes);
  return copy;
}

function read(records: Uint8Array, visitor: RecordVisitor): { reader: RecordReader; used: number } {
  const reader = new RecordReader(visitor);
  return { reader, used: reader.read(aligned(records), records.length, STREAM_HEADER_BYTES) };
}

const header = unwrap(parseStreamHeader(GOLDEN));
const records = GOLDEN.subarray(STREAM_HEADER_BYTES, header.committed);

describe('the golden stream', () => {
  test('its header', () => {
    const golden = fieldsOf(`header ${GOLDEN_LINES[0]!.replace(/^header /, '')}`);
    expect(String(header.committed)).toBe(golden.committed);
    expect(String(header.start)).toBe(golden.start);
    expect(String(header.startRealtime)).toBe(golden.realtime);
    expect([header.pid, header.parentPid, header.pageBytes]).toEqual([4242, 4200, 4096]);
    expect(header.pythonVersion).toBe(Number(golden.python));
    expect(formatPythonVersion(header.pythonVersion)).toBe('3.11.2');
    expect(header.flags).toBe(STREAM_FLAG.cleanExit | STREAM_FLAG.isPython);
    expect(header.forked).toBe(true);
    expect(`${header.hwmBytes}@${header.hwmTime}`).toBe(golden.hwm);
    expect(String(header.agentBytes)).toBe(golden.agent);
    expect(String(header.dropped)).toBe(golden.dropped);
    expect(String(header.mean)).toBe(golden.mean);
    expect(String(header.inheritedHeap)).toBe(golden.inherited);
    expect(header.command).toEqual(['python3', 'train.py', '--name', 'länge']);
  });

  test('its records, each as C wrote it', () => {
    const speaker = new Speaker();
    const { reader, used } = read(records, speaker);
    expect(reader.problem).toBeUndefined();
    expect(used).toBe(records.length);
    const golden = GOLDEN_LINES.slice(1).map(fieldsOf);
    expect(speaker.said.map(({ kind }) => kind)).toEqual(golden.map(({ kind }) => kind));
    for (const [i, said] of speaker.said.entries()) expect(golden[i], GOLDEN_LINES[i + 1]).toMatchObject(said);
  });

  test('areas of before, which say nothing of huge pages, are read with what follows them', () => {
    const at = GOLDEN.indexOf(Uint8Array.of(KIND.areas, 0, 168, 0), STREAM_HEADER_BYTES) - STREAM_HEADER_BYTES;
    const shorter = Buffer.concat([records.subarray(0, at + 160), records.subarray(at + 168)]);
    shorter[at + 2] = 160;
    const [before, whole] = [new Speaker(), new Speaker()];
    expect(read(aligned(shorter), before).reader.problem).toBeUndefined();
    read(records, whole);
    expect(before.said.length).toBe(whole.said.length);
    expect(before.said.find(({ kind }) => kind === 'AREAS')).toMatchObject({
      trimmable: '8192',
      huge: String(UNKNOWN),
    });
  });

  test('has each kind of record that there is', () => {
    const kinds = new Set(GOLDEN_LINES.slice(1).map((line) => line.split(' ')[0]!.toLowerCase()));
    expect([...kinds].sort()).toEqual(Object.keys(KIND).sort());
  });

  test('read in two halves is the same as in one', () => {
    const whole = new Speaker();
    read(records, whole);
    for (let half = 0; half <= records.length; half += 8) {
      const speaker = new Speaker();
      const reader = new RecordReader(speaker);
      const used = reader.read(aligned(records.subarray(0, half)), half, STREAM_HEADER_BYTES);
      expect(used).toBeLessThanOrEqual(half);
      const rest = records.subarray(used);
      reader.read(aligned(rest), rest.length, STREAM_HEADER_BYTES + used);
      expect(reader.problem).toBeUndefined();
      expect(speaker.said).toEqual(whole.said);
    }
  });
});

describe('versions of Python', () => {
  test.for([
    [0, ''],
    [0x030b02f0, '3.11.2'],
    [0x030e00b1, '3.14.0b1'],
    [0x030d00c2, '3.13.0rc2'],
    [0x030900a4, '3.9.0a4'],
  ] as const)('%i', ([hex, text]) => expect(formatPythonVersion(hex)).toBe(text));
});

test('names of streams', () => {
  for (const name of ['agent-1-0.hws', 'agent-4194304-12.hws']) expect(name).toMatch(STREAM_NAME);
  for (const name of ['agent-1.hws', 'agent-x-0.hws', 'agent-1-0.hws.tmp', '../agent-1-0.hws', 'samples.log']) {
    expect(name).not.toMatch(STREAM_NAME);
  }
});

describe('headers that are refused', () => {
  const changed = (at: number, value: number) => {
    const copy = Buffer.from(GOLDEN);
    copy.writeUInt32LE(value, at);
    return parseStreamHeader(copy);
  };
  const codeOf = (result: ReturnType<typeof parseStreamHeader>) => (result.ok ? 'ok' : result.error.code);
  test('by name', () => {
    expect(codeOf(parseStreamHeader(GOLDEN.subarray(0, STREAM_HEADER_BYTES - 1)))).toBe('stream-truncated');
    expect(codeOf(parseStreamHeader(new Uint8Array(0)))).toBe('stream-truncated');
    expect(codeOf(parseStreamHeader(new Uint8Array(STREAM_HEADER_BYTES)))).toBe('not-a-stream');
    expect(codeOf(changed(8, 2))).toBe('stream-version');
    expect(codeOf(changed(12, 64))).toBe('stream-damaged');
    for (const committed of [0, 4095, 4097]) expect(codeOf(changed(16, committed))).toBe('stream-damaged');
    expect(codeOf(changed(20, 0x7fffffff))).toBe('stream-damaged');
  });

  test('or read, whatever else they hold', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 24, max: STREAM_HEADER_BYTES - 1 }),
        fc.uint8Array({ maxLength: 200 }),
        (at, noise) => {
          const copy = Buffer.from(GOLDEN);
          copy.set(noise.subarray(0, STREAM_HEADER_BYTES - at), at);
          const result = parseStreamHeader(copy);
          expect(result.ok).toBe(true);
          if (result.ok) expect(result.value.command.every((word) => typeof word === 'string')).toBe(true);
        },
      ),
    );
  });
});

/** Notes where each record begins; and fails where a text is longer than what is left of the stream. */
class Watcher extends Speaker {
  readonly begins: number[] = [];
  before(offset: number): undefined {
    this.begins.push(offset);
  }
}

/** Whatever the bytes: an end, a place in order, and a problem where it stopped early. */
function expectSane(bytes: Uint8Array): void {
  const watcher = new Watcher();
  const { reader, used } = read(bytes, watcher);
  expect(used).toBeGreaterThanOrEqual(0);
  expect(used).toBeLessThanOrEqual(bytes.length);
  expect(used % 8).toBe(0);
  if (reader.problem === undefined) expect(bytes.length - used).toBeLessThan(65536);
  expect(watcher.begins.length).toBeLessThanOrEqual(bytes.length / 8);
  for (let i = 1; i < watcher.begins.length; i++) expect(watcher.begins[i]).toBeGreaterThan(watcher.begins[i - 1]!);
  for (const said of watcher.said) {
    for (const name of ['file', 'name', 'text'])
      expect(String(said[name] ?? '').length).toBeLessThanOrEqual(bytes.length);
  }
}

describe('bytes that nobody wrote', () => {
  test('noise', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), expectSane), { numRuns: 500 });
  });

  test('the golden stream with bytes changed', () => {
    const change = fc.tuple(fc.nat(records.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const copy = Uint8Array.from(records);
        for (const [at, value] of changes) copy[at] = value;
        expectSane(copy);
      }),
      { numRuns: 500 },
    );
  });

  test('the golden stream cut anywhere is a beginning of the whole', () => {
    const whole = new Speaker();
    read(records, whole);
    fc.assert(
      fc.property(fc.nat(records.length), (length) => {
        const speaker = new Speaker();
        const { reader } = read(records.subarray(0, length), speaker);
        expect(reader.problem).toBeUndefined();
        expect(speaker.said).toEqual(whole.said.slice(0, speaker.said.length));
      }),
    );
  });

  test('records of a size that cannot be are named and end the reading', () => {
    for (const [kind, size] of [
      [1, 0],
      [1, 4],
      [1, 7],
      [1, 12],
      [1, 40],
      [5, 16],
      [200, 0],
    ] as const) {
      const record = new Uint8Array(64);
      new DataView(record.buffer).setUint32(0, kind | (size << 16), true);
      const { reader, used } = read(record, {});
      expect([reader.problem, used]).toEqual([`record of kind ${kind} and size ${size} at offset 4096`, 0]);
    }
  });

  test('kinds of a later agent are passed over, and records that grew are read as far as known', () => {
    const later = new Uint8Array(16);
    new DataView(later.buffer).setUint32(0, 31 | (16 << 16), true);
    const grown = new Uint8Array(32);
    new DataView(grown.buffer).setUint32(0, KIND.free | (32 << 16), true);
    grown[16] = 77;
    const speaker = new Speaker();
    const { reader } = read(Buffer.concat([later, grown, later]), speaker);
    expect(reader.problem).toBeUndefined();
    expect(speaker.said).toEqual([{ kind: 'FREE', time: '0', address: '77', from_realloc: 'False' }]);
  });

  test('a text is never longer than its record', () => {
    const record = Buffer.alloc(32, 'x');
    record.writeUInt32LE(KIND.code | (32 << 16), 0);
    record.writeUInt16LE(60000, 16);
    record.writeUInt16LE(60000, 18);
    const texts: string[] = [];
    read(Buffer.concat([record, Buffer.alloc(64, 'y')]), { code: (_, file, name) => void texts.push(file, name) });
    expect(texts).toEqual(['xxxxxxxx', '']);
  });
});

test('a visitor that has seen enough ends the reading before that record', () => {
  const begins: number[] = [];
  const visitor: RecordVisitor = { before: (offset) => begins.push(offset) === 3 || undefined };
  const { reader, used } = read(records, visitor);
  expect(reader.stopped).toBe(true);
  expect(begins).toHaveLength(3);
  expect(STREAM_HEADER_BYTES + used).toBe(begins[2]);
});
