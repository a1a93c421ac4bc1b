// What the private memory of a process was for, whenever its agent looked: rows of the profile's AreaTable. A look is a
// record of areas and the snapshot of the same moment, which follows it.
import type { Bytes, Milliseconds } from '#base/units.ts';
import { AREA_KINDS, type AreaKind, type Areas, type Snapshot, UNKNOWN } from './wire.ts';

type Reserved = `${AreaKind}Reserved`;

export type AreaRow = {
  readonly time: Milliseconds;
  readonly resident: Bytes;
  readonly shared: Bytes;
  readonly mallocLive: Bytes;
  readonly pythonLive: Bytes;
  readonly heapGrown: Bytes;
  readonly untouched: Bytes;
  readonly trimmable: Bytes;
  readonly huge: Bytes;
} & Readonly<Record<AreaKind | Reserved, Bytes>>;

export class AreaReadings {
  readonly rows: AreaRow[] = [];
  #open: Areas | undefined;

  areas(areas: Areas): void {
    this.#open = areas;
  }

  /** `time` is that of the snapshot in the profile's clock. */
  snapshot(snapshot: Snapshot, time: Milliseconds): void {
    const areas = this.#open;
    this.#open = undefined;
    if (areas?.time !== snapshot.time || snapshot.residentBytes === UNKNOWN) return;
    const known = (bytes: Bytes) => (bytes === UNKNOWN ? Number.NaN : bytes);
    const reserved = AREA_KINDS.map((kind) => [`${kind}Reserved`, areas.reserved[kind]]);
    this.rows.push({
      time,
      resident: snapshot.residentBytes,
      shared: known(snapshot.sharedBytes),
      mallocLive: known(snapshot.heapLive),
      pythonLive: known(snapshot.pythonLive),
      heapGrown: known(snapshot.heapGrown),
      untouched: areas.untouched,
      trimmable: known(areas.trimmable),
      huge: known(areas.huge),
      ...areas.resident,
      ...(Object.fromEntries(reserved) as Record<Reserved, Bytes>),
    });
  }
}
