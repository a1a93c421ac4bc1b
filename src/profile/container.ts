// Profile <-> bytes, before compression. Layout (docs/formats/profile.md):
//
//   u32 manifest length | manifest: JSON in UTF-8, zeros up to a multiple of 8 | columns, each at a multiple of 8
//
// The manifest holds `meta`, `strings`, and for each table its length and for each column its type and its offset from
// the first column byte. All integers little-endian. Tables and columns that a reader does not know are skipped.
import { fail, ok, type Result } from '#base/result.ts';
import { emptyTable } from './build.ts';
import { type ColumnType, LATER_COLUMNS, LATER_TABLES, SCHEMA, TABLE_NAMES, type TableName } from './schema.ts';
import { PROFILE_VERSION, type Profile } from './types.ts';
import { upgradeManifest } from './upgrade.ts';
import { findProblems } from './validate.ts';

type Numbers = Float64Array | Int32Array | Uint8Array;

interface ColumnEntry {
  readonly type: ColumnType;
  readonly offset: number;
}

interface Manifest {
  readonly meta: unknown;
  readonly strings: unknown;
  readonly tables: Readonly<Record<string, { length: number; columns: Record<string, ColumnEntry> }>>;
}

const ELEMENT_BYTES: Readonly<Record<ColumnType, number>> = { f64: 8, i32: 4, u8: 1 };
const MAX_ROWS = 1 << 28;

export function encodeProfile(profile: Profile): Uint8Array {
  const columns: Numbers[] = [];
  const tables: Record<string, { length: number; columns: Record<string, ColumnEntry> }> = {};
  let offset = 0;
  for (const name of TABLE_NAMES) {
    const table = profile[name] as unknown as Record<string, Numbers> & { length: number };
    const entries: Record<string, ColumnEntry> = {};
    for (const [column, type] of Object.entries(SCHEMA[name]) as [string, ColumnType][]) {
      entries[column] = { type, offset };
      columns.push(table[column]!);
      offset += roundUp8(table[column]!.byteLength);
    }
    tables[name] = { length: table.length, columns: entries };
  }
  const manifest = new TextEncoder().encode(
    JSON.stringify({ meta: profile.meta, strings: profile.strings, tables } satisfies Manifest),
  );
  return joinParts(manifest, columns, offset);
}

function joinParts(manifest: Uint8Array, columns: readonly Numbers[], columnBytes: number): Uint8Array {
  const start = 4 + roundUp8(manifest.length + 4) - 4;
  const bytes = new Uint8Array(start + columnBytes);
  new DataView(bytes.buffer).setUint32(0, manifest.length, true);
  bytes.set(manifest, 4);
  let at = start;
  for (const column of columns) {
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += roundUp8(column.byteLength);
  }
  return bytes;
}

/** Reads what encodeProfile wrote, of this version or an older one. Refuses lengths that do not fit, by name. */
export function decodeProfile(bytes: Uint8Array, version: number): Result<Profile> {
  if (bytes.length < 8) return fail('profile-truncated', 'the profile ends before its manifest');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const manifestLength = view.getUint32(0, true);
  const start = roundUp8(manifestLength + 4);
  if (start > bytes.length) return fail('profile-truncated', 'the profile ends inside its manifest');
  let manifest: Manifest;
  try {
    manifest = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, 4 + manifestLength)));
  } catch {
    return fail('profile-damaged', 'the manifest of the profile is not valid JSON');
  }
  if (typeof manifest !== 'object' || manifest === null || typeof manifest.tables !== 'object' || !manifest.tables) {
    return fail('profile-damaged', 'the manifest of the profile names no tables');
  }
  if (version < PROFILE_VERSION) upgradeManifest(manifest, version);
  return readTables(manifest, bytes.subarray(start));
}

function readTables(manifest: Manifest, data: Uint8Array): Result<Profile> {
  const profile: Record<string, unknown> = { meta: manifest.meta, strings: manifest.strings };
  for (const name of TABLE_NAMES) {
    const table = readTable(name, manifest, data);
    if (!table.ok) return table;
    profile[name] = table.value;
  }
  const candidate = profile as unknown as Profile;
  const problems = findProblems(candidate);
  if (problems.length > 0) return fail('profile-damaged', `the profile contradicts itself: ${problems[0]}`);
  return ok(candidate);
}

function readTable(name: TableName, manifest: Manifest, data: Uint8Array): Result<Record<string, unknown>> {
  const entry = manifest.tables[name];
  if (!entry && LATER_TABLES.has(name)) return ok({ ...emptyTable(name) });
  if (!entry) return fail('profile-damaged', `the profile has no table '${name}'`);
  const length = entry.length;
  if (!Number.isInteger(length) || length < 0 || length > MAX_ROWS) {
    return fail('profile-damaged', `refusing to read a table '${name}' of ${String(length)} rows`);
  }
  const table: Record<string, unknown> = { length };
  for (const [column, type] of Object.entries(SCHEMA[name]) as [string, ColumnType][]) {
    const place = entry.columns?.[column];
    if (!place && LATER_COLUMNS.has(`${name}.${column}`)) {
      table[column] = absent(type, length);
      continue;
    }
    if (!place || place.type !== type) return fail('profile-damaged', `the profile has no column '${name}.${column}'`);
    const end = place.offset + length * ELEMENT_BYTES[type];
    if (!Number.isInteger(place.offset) || place.offset < 0 || end > data.length) {
      return fail('profile-truncated', `the profile ends inside column '${name}.${column}'`);
    }
    table[column] = copyColumn(type, data, place.offset, end);
  }
  return ok(table);
}

function absent(type: ColumnType, length: number): Numbers {
  return type === 'u8'
    ? new Uint8Array(length)
    : type === 'f64'
      ? new Float64Array(length).fill(Number.NaN)
      : new Int32Array(length);
}

function copyColumn(type: ColumnType, data: Uint8Array, from: number, to: number): Numbers {
  // Not slice(): a Buffer's gives a view of the same memory, at an offset that the wider columns cannot begin at.
  const own = new Uint8Array(to - from);
  own.set(data.subarray(from, to));
  if (type === 'u8') return own;
  return type === 'f64' ? new Float64Array(own.buffer) : new Int32Array(own.buffer);
}

function roundUp8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
