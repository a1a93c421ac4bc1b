// What `highwater xray` holds in memory of files that consist of nothing but the smallest objects, each kind that a file can have
// most of. The bound is 200 MB and four times the file.
//
//     node bench/xray/hostile-memory.ts [MEGABYTES, default 3]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
const TELL = 'process.on("exit",()=>process.stderr.write("maxrss "+process.resourceUsage().maxRSS+"\\n"))';
const size = Number(process.argv[2] ?? 3) * 1e6;

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const PROTO = latin1('\x80\x04');
const CLASS = 'cm\nC\n';

/** `unit` over and over, as much of it as fits. */
function repeated(before: string, unit: string, after: string): Buffer {
  const count = Math.floor(size / unit.length);
  return Buffer.concat([PROTO, latin1(before), latin1(unit.repeat(count)), latin1(after)]);
}

function nested(): Buffer {
  const depth = Math.floor(size / 2);
  return Buffer.concat([PROTO, Buffer.alloc(depth, ']'), Buffer.alloc(depth - 1, 'a'), latin1('.')]);
}

function sparseMemo(): Buffer {
  const entries = Buffer.alloc(Math.floor(size / 6) * 6);
  for (let at = 0, index = 0; at < entries.length; at += 6, index += 70_001) {
    entries.write(']r', at, 'latin1');
    entries.writeUInt32LE(index % 2 ** 32, at + 2);
  }
  return Buffer.concat([PROTO, latin1(']('), entries, latin1('e.')]);
}

function strings(): Buffer {
  const entries = Buffer.alloc(Math.floor(size / 5) * 5);
  for (let at = 0, n = 0; at < entries.length; at += 5, n++) {
    entries.set([0x8c, 3, 33 + (n % 90), 33 + (Math.floor(n / 90) % 90), 33 + (Math.floor(n / 8100) % 90)], at);
  }
  return Buffer.concat([PROTO, latin1(']('), entries, latin1('e.')]);
}

/** Lists in a list, so many that a stream of them is just not refused for what it inflates to. */
function inflating(pack: (bytes: Buffer) => Buffer): Buffer {
  return pack(Buffer.concat([PROTO, latin1(']('), Buffer.alloc(60_000_000, ']'), latin1('e.')]));
}

const FILES: Readonly<Record<string, () => Buffer>> = {
  'lists in a list': () => repeated('](', ']', 'e.'),
  'the same, each memoized': () => repeated('](', ']\x94', 'e.'),
  'lists in lists': nested,
  'tuples in tuples': () => repeated(')', '\x85', '.'),
  'tuples of a list': () => repeated('](', ']\x85', 'e.'),
  'lists appended one by one': () => repeated(']', ']a', '.'),
  'entries set one by one': () => repeated('}', 'K\x01}s', '.'),
  'None, shared': () => repeated('(', 'N2', 't.'),
  'strings of three': strings,
  'instances without a state': () => repeated(`](${CLASS}\x94`, 'h\x00)\x81', 'e.'),
  'instances with one': () => repeated(`](${CLASS}\x94`, 'h\x00)\x81}b', 'e.'),
  'objects made of objects': () => repeated(CLASS, ')\x81', '.'),
  'states upon states': () => repeated(`${CLASS})\x81`, '}b', '.'),
  'memo entries far apart': sparseMemo,
  'marks alone': () => repeated('', '(', '.'),
  'thrown away': () => repeated('', ']0', 'N.'),
  '60 MB of lists, with gzip': () => inflating((bytes) => gzipSync(bytes)),
  '60 MB of lists, with zstd': () => inflating((bytes) => zstdCompressSync(bytes)),
  '10000 pickles of two bytes': () => Buffer.concat([PROTO, Buffer.from('N.'.repeat(10000))]),
};

const folder = mkdtempSync(join(tmpdir(), 'highwater-hostile-'));
console.log('| file | MB | peak of node, MB | bound | kept | ends |');
console.log('| --- | --: | --: | --: | --- | --- |');
for (const [name, make] of Object.entries(FILES)) {
  const bytes = make();
  const path = join(folder, 'hostile.pkl');
  writeFileSync(path, bytes);
  const preload = `data:text/javascript,${encodeURIComponent(TELL)}`;
  const { stderr, status } = spawnSync(
    process.execPath,
    ['--import', preload, MAIN, 'xray', '--python', '3.11', path],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    },
  );
  const peak = (Number(/maxrss (\d+)/.exec(stderr)?.[1]) * 1024) / 1e6;
  const bound = 200 + (4 * bytes.length) / 1e6;
  const ends = status === 0 ? 'a report' : 'refused';
  const cells = [name, (bytes.length / 1e6).toFixed(2), peak.toFixed(0), bound.toFixed(0)];
  console.log(`| ${[...cells, peak <= bound ? 'yes' : 'NO', ends].join(' | ')} |`);
}
rmSync(folder, { recursive: true });
