// How right the heap figures are: each program once with every block recorded (--exact), then several times sampled as always.
// The full recording is summed up here, block by block; of our own counters it uses nothing.
//
// usage: node bench/accuracy.ts [--runs 5] [--programs a,b] [--size 1]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { estimate } from '#analysis/interval.ts';
import { Tally } from '#analysis/tally.ts';
import { renderTable } from '#base/text-table.ts';
import { NativeNames } from '#capture/native-names.ts';
import { Replay, type SharedTables } from '#capture/replay.ts';
import { readStream } from '#capture/stream-file.ts';
import type { Snapshot } from '#capture/wire.ts';
import { FrameTableBuilder, StackTableBuilder, StringTableBuilder } from '#profile/build.ts';
import { DOMAIN } from '#profile/types.ts';
import { FullRecording, survey } from './full-recording.ts';
import { buildAgent, JOB_ENVIRONMENT, Meter } from './meter.ts';
import { median } from './statistics.ts';
import { describeCommit, findInterpreter, ROOT } from './tools.ts';

const FOLDER = join(import.meta.dirname, 'heaps');
const MB = 1e6;
const LEAST_LINE = MB;
const MEAN = 65536;

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    programs: { type: 'string' },
    size: { type: 'string', default: '1' },
  },
});

/** What one sampled run said, beside what is true. */
interface Comparison {
  readonly heapError: number;
  readonly requestedError: number;
  readonly allocatedError: number;
  readonly lines: number;
  readonly covered: number;
  readonly lineError: number;
}

function record(
  python: string,
  agent: string,
  program: string,
  scratch: string,
  variables: Record<string, string>,
): string {
  const folder = mkdtempSync(join(scratch, 'streams-'));
  const env = { ...process.env, ...JOB_ENVIRONMENT, LD_PRELOAD: agent, HIGHWATER_DIR: folder, ...variables };
  const { status, stderr } = spawnSync(python, [join(FOLDER, program), options.size], { env, encoding: 'utf8' });
  const streams = readdirSync(folder).filter((name) => name.endsWith('-0.hws'));
  if (status !== 0 || streams.length === 0) throw new Error(`${program}: status ${status}: ${stderr.slice(-500)}`);
  const sizes = streams.map((name) => join(folder, name));
  return sizes.length === 1 ? sizes[0]! : sizes.sort((a, b) => survey(b).peak.resident - survey(a).peak.resident)[0]!;
}

function compare(path: string, truth: FullRecording): Comparison {
  const shared: SharedTables = {
    strings: new StringTableBuilder(),
    frames: new FrameTableBuilder(),
    stacks: new StackTableBuilder(),
    native: new NativeNames(ROOT),
  };
  const { counted, asked, offset } = findLargest(path);
  const replay = new Replay(shared, [offset]);
  readStream(path, replay);
  replay.end();
  const lines = tallyLines(replay, shared);
  const held = [...truth.linesAtPeak].filter(([, bytes]) => bytes >= LEAST_LINE);
  const found = held.map(([line, bytes]) => ({ bytes, said: lines.get(line)?.estimate() ?? estimate(0, 0, 0, 0) }));
  const requested = requestedAtPeak(replay);
  return {
    heapError: counted / truth.largestHeap - 1,
    requestedError: requested / truth.requestedAtPeak - 1,
    allocatedError: asked / truth.allocated - 1,
    lines: found.length,
    covered: found.filter(({ bytes, said }) => said.low <= bytes && bytes <= said.high).length,
    lineError: median(found.map(({ bytes, said }) => Math.abs(said.bytes / bytes - 1))),
  };
}

/** The snapshot at which the agent counted most. */
function findLargest(path: string): { counted: number; asked: number; offset: number } {
  const found = { counted: 0, asked: 0, offset: Number.POSITIVE_INFINITY };
  readStream(path, {
    snapshot({ heapLive, pythonLive, allocated }: Snapshot, offset: number) {
      found.asked = Math.max(found.asked, allocated);
      if (heapLive < 0 || pythonLive < 0 || heapLive + pythonLive <= found.counted) return;
      found.counted = heapLive + pythonLive;
      found.offset = offset;
    },
  });
  return found;
}

function isHeap(domain: number): boolean {
  return domain !== DOMAIN.mmap && domain !== DOMAIN.mmapFile && domain !== DOMAIN.mmapShared;
}

function tallyLines({ groups, checkpoints }: Replay, shared: SharedTables): Map<string, Tally> {
  const strings = shared.strings.finish();
  const frames = shared.frames.finish();
  const stacks = shared.stacks.finish();
  const live = checkpoints[0]!;
  const lines = new Map<string, Tally>();
  for (let group = 0; group < live.bytes.length; group++) {
    if (!isHeap(groups.domain.at(group)) || !(live.bytes[group]! > 0)) continue;
    const frame = groups.stack.at(group) < 0 ? -1 : stacks.frame[groups.stack.at(group)]!;
    const line = frame < 0 ? '' : `${strings[frames.file[frame]!]}:${frames.line[frame]}`;
    const tally = lines.get(line) ?? new Tally(MEAN);
    const { bytes, exactBytes, blocks, samples, variance } = live;
    tally.add(bytes[group]!, exactBytes[group]!, blocks[group]!, samples[group]!, Math.max(0, variance[group]!));
    lines.set(line, tally);
  }
  return lines;
}

function requestedAtPeak({ groups, checkpoints }: Replay): number {
  const { bytes } = checkpoints[0]!;
  return bytes.reduce((sum, held, group) => sum + (isHeap(groups.domain.at(group)) ? held : 0), 0);
}

function percent(ratio: number): string {
  return `${ratio >= 0 ? '+' : ''}${(100 * ratio).toFixed(2)}`;
}

function rowOf(program: string, truth: FullRecording, runs: readonly Comparison[]): string[] {
  const worst = (of: (run: Comparison) => number) => runs.map(of).sort((a, b) => Math.abs(b) - Math.abs(a))[0]!;
  const middle = (of: (run: Comparison) => number) => median(runs.map((run) => Math.abs(of(run))));
  const sum = (of: (run: Comparison) => number) => runs.reduce((all, run) => all + of(run), 0);
  return [
    program.replace('.py', ''),
    (truth.largestHeap / MB).toFixed(1),
    (truth.requestedAtPeak / MB).toFixed(1),
    percent(worst((run) => run.heapError)),
    `${(100 * middle((run) => run.requestedError)).toFixed(2)} (${percent(worst((run) => run.requestedError))})`,
    `${(100 * middle((run) => run.allocatedError)).toFixed(2)} (${percent(worst((run) => run.allocatedError))})`,
    `${sum((run) => run.covered)} of ${sum((run) => run.lines)}`,
    (100 * middle((run) => run.lineError)).toFixed(1),
  ];
}

function main(): void {
  const interpreter = findInterpreter();
  const meter = new Meter();
  const agent = buildAgent(ROOT, meter.scratch);
  const wanted = options.programs?.split(',').map((name) => `${name}.py`);
  const programs = readdirSync(FOLDER).filter((name) => name.endsWith('.py') && (wanted?.includes(name) ?? true));
  process.stdout.write(
    `highwater ${describeCommit(ROOT)}; Python ${interpreter.version}; ${options.runs} sampled runs each\n`,
  );
  const rows = programs.sort().map((program) => {
    const folder = mkdtempSync(join(meter.scratch, 'one-'));
    const full = record(interpreter.python, agent, program, folder, {
      HIGHWATER_EXACT: '1',
      HIGHWATER_MAX_STREAM: `${2 ** 36}`,
    });
    const truth = FullRecording.read(full);
    rmSync(full);
    const runs: Comparison[] = [];
    for (let i = 0; i < Number(options.runs); i++)
      runs.push(compare(record(interpreter.python, agent, program, folder, {}), truth));
    rmSync(folder, { recursive: true });
    process.stderr.write(`${program}: done\n`);
    return rowOf(program, truth, runs);
  });
  const headers = [
    'program',
    'heap MB',
    'requested MB',
    'heap err %',
    'requested err %',
    'allocated err %',
    'lines covered',
    'line err %',
  ];
  const layout = headers.map((header, i) => ({ header, align: i === 0 ? ('left' as const) : ('right' as const) }));
  process.stdout.write(`${renderTable(layout, rows, { width: 160 }).join('\n')}\n`);
}

main();
