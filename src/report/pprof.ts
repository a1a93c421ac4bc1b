// A profile for Go's pprof and everything that reads its format: https://github.com/google/pprof/blob/main/proto/profile.proto
import {
  type FunctionInput,
  Line,
  Location,
  Function as PprofFunction,
  Profile as PprofProfile,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format';
import type { Profile } from '#profile/types.ts';
import { type BinaryReport, EXIT_DONE } from './report.ts';
import {
  type FrameName,
  frameName,
  framesOf,
  NO_PYTHON,
  roundKeepingSum,
  type StackSelection,
  type StackSeries,
  seriesOf,
} from './weighted-stacks.ts';

/** The message of profile.proto, not compressed; pprof expects its files gzipped. */
export function renderPprof(profile: Profile, selection: StackSelection = {}): BinaryReport {
  const strings = new StringTable();
  const places = new Places(profile, strings);
  const series = seriesOf(profile, selection);
  const types = series.flatMap(({ sampleType }) => [
    [`${sampleType}_space`, 'bytes'] as const,
    [`${sampleType}_objects`, 'count'] as const,
  ]);
  const sample = samplesOf(series).map(
    ({ stack, value }) => new Sample({ locationId: places.locationsOf(stack), value: [...value] }),
  );
  const { meta } = profile;
  const message = new PprofProfile({
    sampleType: types.map(([type, unit]) => new ValueType({ type: strings.dedup(type), unit: strings.dedup(unit) })),
    defaultSampleType: strings.dedup(types[0]![0]),
    sample,
    location: places.locations,
    function: places.functions,
    timeNanos: nanoseconds(meta.startedAt),
    durationNanos: nanoseconds(meta.durationMs),
    comment: [strings.dedup(`${meta.tool.name} ${meta.tool.version}`)],
    stringTable: strings,
  });
  return { bytes: message.encode(), exitCode: EXIT_DONE };
}

function nanoseconds(ms: number): bigint {
  return BigInt(Math.round(ms * 1000)) * 1000n;
}

interface Valued {
  readonly stack: number;
  /** Bytes and blocks of each series. */
  readonly value: readonly number[];
}

function samplesOf(series: readonly StackSeries[]): Valued[] {
  const values = new Map<number, number[]>();
  const columns = series.flatMap(({ stacks }) => [
    { stacks, amounts: stacks.map((row) => row.bytes) },
    { stacks, amounts: stacks.map((row) => row.blocks) },
  ]);
  columns.forEach(({ stacks, amounts }, slot) => {
    const whole = roundKeepingSum(amounts);
    stacks.forEach(({ stack }, i) => {
      const value = values.get(stack) ?? columns.map(() => 0);
      value[slot] = whole[i]!;
      values.set(stack, value);
    });
  });
  return [...values].map(([stack, value]) => ({ stack, value })).filter(({ value }) => value.some((n) => n > 0));
}

// Locations are frames (ids from 1, in order of use); functions are shared by the lines of one function.
class Places {
  readonly locations: Location[] = [];
  readonly functions: PprofFunction[] = [];
  readonly #profile: Profile;
  readonly #strings: StringTable;
  readonly #locationOf = new Map<number, number>();
  readonly #functionOf = new Map<string, number>();

  constructor(profile: Profile, strings: StringTable) {
    this.#profile = profile;
    this.#strings = strings;
  }

  /** Innermost first, as pprof has it. */
  locationsOf(stack: number): number[] {
    return stack < 0
      ? [this.#location(-1)]
      : framesOf(this.#profile, stack)
          .reverse()
          .map((row) => this.#location(row));
  }

  #location(frame: number): number {
    const known = this.#locationOf.get(frame);
    if (known !== undefined) return known;
    const name = frame < 0 ? { func: NO_PYTHON, file: '', line: 0, native: true } : frameName(this.#profile, frame);
    const id = this.locations.length + 1;
    const line = [new Line({ functionId: this.#function(name), line: name.line })];
    this.locations.push(new Location({ id, line }));
    this.#locationOf.set(frame, id);
    return id;
  }

  #function({ func, file }: FrameName): number {
    const key = JSON.stringify([func, file]);
    const known = this.#functionOf.get(key);
    if (known !== undefined) return known;
    const id = this.functions.length + 1;
    const name = this.#strings.dedup(func);
    const input: FunctionInput = { id, name, systemName: name, filename: this.#strings.dedup(file) };
    this.functions.push(new PprofFunction(input));
    this.#functionOf.set(key, id);
    return id;
  }
}
