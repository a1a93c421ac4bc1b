// What a program pays that does nothing: `python -c pass` plain, with the agent alone, and under the whole of highwater, in
// turns.
//
// usage: node bench/startup.ts [--rounds 15] [--tree DIR] [--out FILE]
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderTable } from '#base/text-table.ts';
import { Meter, type Metered } from './meter.ts';
import { type Interval, medianInterval, randomFrom, shuffle } from './statistics.ts';
import { FrozenHighwater, findInterpreter, ROOT } from './tools.ts';

/** The program's own process; `command` is what the user waits for. */
interface Start {
  readonly programWallMs: number;
  readonly programCpuMs: number;
  readonly peakKib: number;
  readonly commandWallMs: number;
  readonly commandCpuMs: number;
}

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    tree: { type: 'string', default: ROOT },
    out: { type: 'string' },
  },
});

const WAYS = ['plain', 'plain again', 'agent alone', 'highwater'] as const;
type Way = (typeof WAYS)[number];

const PROGRAM = ['-c', 'pass'];
const PATIENCE_SECONDS = 120;

async function main(): Promise<void> {
  const { python, version } = findInterpreter();
  const meter = new Meter();
  const frozen = new FrozenHighwater(options.tree, meter);
  await frozen.run(PROGRAM, python, PATIENCE_SECONDS); // compiles the agent
  const ways: Record<Way, () => Promise<Start>> = {
    plain: async () => alone(await meter.run([python, ...PROGRAM])),
    'plain again': async () => alone(await meter.run([python, ...PROGRAM])),
    'agent alone': () => startWithAgent(meter, python, frozen.agentPath()),
    highwater: () => startUnderHighwater(frozen, python),
  };
  const starts: Record<Way, Start[]> = { plain: [], 'plain again': [], 'agent alone': [], highwater: [] };
  const random = randomFrom(1);
  const loads: number[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const way of shuffle(WAYS, random)) {
      const start = await ways[way]();
      starts[way].push(start);
      if (options.out) appendFileSync(options.out, `${JSON.stringify({ round, way, ...start })}\n`);
    }
    loads.push(loadavg()[0]!);
  }
  const load = `load average ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;
  process.stdout.write(`highwater ${frozen.commit}; Python ${version}; ${options.rounds} rounds; ${load}\n`);
  process.stdout.write(`python -c pass: median [95 % interval]\n${renderStarts(starts).join('\n')}\n`);
}

function alone(metered: Metered): Start {
  const cpuMs = metered.userMs + metered.systemMs;
  return {
    programWallMs: metered.wallMs,
    programCpuMs: cpuMs,
    peakKib: metered.maxRssKib,
    commandWallMs: metered.wallMs,
    commandCpuMs: cpuMs,
  };
}

async function startWithAgent(meter: Meter, python: string, agent: string): Promise<Start> {
  const streams = mkdtempSync(join(meter.scratch, 'streams-'));
  const variables = { LD_PRELOAD: agent, HIGHWATER_DIR: streams };
  const metered = await meter.run([python, ...PROGRAM], { variables });
  rmSync(streams, { recursive: true, force: true });
  return alone(metered);
}

async function startUnderHighwater(frozen: FrozenHighwater, python: string): Promise<Start> {
  const { all, meta } = await frozen.run(PROGRAM, python, PATIENCE_SECONDS);
  if (!meta) throw new Error(`highwater made no profile: ${all.stderr}`);
  return {
    programWallMs: meta.durationMs,
    programCpuMs: meta.usage.userMs + meta.usage.systemMs,
    peakKib: meta.usage.maxRssBytes / 1024,
    commandWallMs: all.wallMs,
    commandCpuMs: all.userMs + all.systemMs,
  };
}

function renderStarts(starts: Record<Way, readonly Start[]>): string[] {
  const columns: readonly [string, (start: Start) => number, number][] = [
    ['program wall ms', (start) => start.programWallMs, 1],
    ['program CPU ms', (start) => start.programCpuMs, 1],
    ['program peak MiB', (start) => start.peakKib / 1024, 2],
    ['command wall ms', (start) => start.commandWallMs, 0],
    ['command CPU ms', (start) => start.commandCpuMs, 0],
  ];
  const rows = WAYS.map((way) => [
    way,
    ...columns.map(([, pick, digits]) => formatInterval(medianInterval(starts[way].map(pick)), digits)),
  ]);
  const headers = ['', ...columns.map(([header]) => header)];
  const layout = headers.map((header, i) => ({ header, align: i === 0 ? ('left' as const) : ('right' as const) }));
  return renderTable(layout, rows, { width: 200 });
}

function formatInterval({ median, low, high }: Interval, digits: number): string {
  return `${median.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

await main();
