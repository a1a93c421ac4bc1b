// `highwater doctor`: what works on this machine, each thing tried and not only looked for.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '#base/format.ts';
import { messageOf } from '#base/result.ts';
import { ensureNativeParts } from '#capture/native-build.ts';
import { askPython, findLineTrouble, findPython } from '#capture/python.ts';
import { readStreamHeader } from '#capture/stream-file.ts';
import { STREAM_FLAG, STREAM_NAME } from '#capture/wire.ts';
import { readCgroup } from '#proc/cgroup.ts';
import { readMachine } from '#proc/machine.ts';
import { readSmapsRollup } from '#proc/smaps-rollup.ts';
import { readStatus } from '#proc/status.ts';
import { callerEnvironment } from '../caller-environment.ts';
import { write } from '../say.ts';
import { TOOL_VERSION } from '../version.ts';

interface Finding {
  readonly what: string;
  readonly verdict: 'ok' | 'limited' | 'broken';
  readonly text: string;
}

const MARKS = { ok: 'ok     ', limited: 'limited', broken: 'BROKEN ' } as const;

export async function doctor(options: { readonly json?: boolean; readonly python?: string }): Promise<number> {
  const environment = callerEnvironment(process.env);
  const findings = [platformFinding(), kernelFinding(), cgroupFinding(), ...agentFindings(environment, options.python)];
  const broken = findings.some((finding) => finding.verdict === 'broken');
  if (options.json) write(1, `${JSON.stringify({ version: TOOL_VERSION, findings }, null, 2)}\n`);
  else {
    for (const { what, verdict, text } of findings) write(1, `${MARKS[verdict]}  ${what.padEnd(12)} ${text}\n`);
  }
  return broken ? 3 : 0;
}

function platformFinding(): Finding {
  const { kernel, libc, cores, memory } = readMachine();
  const what = 'platform';
  const text = `highwater ${TOOL_VERSION}, node ${process.versions.node}, ${process.platform} ${process.arch}, kernel ${kernel}, ${libc}, ${cores} cores, ${formatBytes(memory)}`;
  if (process.platform !== 'linux') return { what, verdict: 'broken', text: `${text}: only Linux can be measured` };
  const known = process.arch === 'x64' || process.arch === 'arm64';
  return { what, verdict: known ? 'ok' : 'limited', text };
}

function kernelFinding(): Finding {
  const what = 'kernel';
  const status = readStatus(process.pid);
  if (!status || Number.isNaN(status.hwm)) return { what, verdict: 'broken', text: 'VmHWM cannot be read from /proc' };
  if (!readSmapsRollup(process.pid)) {
    return {
      what,
      verdict: 'limited',
      text: 'VmHWM can be read; PSS cannot (no smaps_rollup): trees of processes have no exact sum',
    };
  }
  return { what, verdict: 'ok', text: `VmHWM and PSS can be read (this process: ${formatBytes(status.hwm)})` };
}

function cgroupFinding(): Finding {
  const what = 'container';
  const cgroup = readCgroup('self');
  if (!cgroup)
    return { what, verdict: 'limited', text: 'no memory cgroup can be read: limits of a container are not known' };
  const limit = cgroup.limit === null ? 'no limit' : `limit ${formatBytes(cgroup.limit)}`;
  return { what, verdict: 'ok', text: `cgroup v${cgroup.version}, ${limit}` };
}

function agentFindings(environment: NodeJS.ProcessEnv, interpreter: string | undefined): Finding[] {
  const python = interpreter === undefined ? findPython(environment) : askPython(interpreter, environment);
  const findings: Finding[] = [];
  const parts = ensureNativeParts(environment);
  if (parts.ok) findings.push({ what: 'agent', verdict: 'ok', text: parts.value.agent });
  else {
    const { message, cause } = parts.error;
    findings.push({ what: 'agent', verdict: 'broken', text: `${message}${cause ? `: ${cause.split('\n')[0]}` : ''}` });
  }
  if (!python.ok) return [...findings, { what: 'python', verdict: 'broken', text: python.error.message }];
  const { version, executable } = python.value;
  const trouble = findLineTrouble(python.value);
  const text = `${version} at ${executable}${trouble ? `: ${trouble}; lines cannot be named` : ''}`;
  findings.push({ what: 'python', verdict: trouble ? 'limited' : 'ok', text });
  if (parts.ok) findings.push(tryAgent(parts.value.agent, executable, environment));
  return findings;
}

/** Runs one line of Python under the agent and reads what it wrote. */
function tryAgent(agent: string, python: string, environment: NodeJS.ProcessEnv): Finding {
  const what = 'trial run';
  const folder = mkdtempSync(join(tmpdir(), 'highwater-doctor-'));
  try {
    const env = { ...environment, LD_PRELOAD: agent, HIGHWATER_DIR: folder };
    const trial = spawnSync(python, ['-c', 'x = bytearray(10 << 20); print(len(x))'], { env, encoding: 'utf8' });
    if (trial.status !== 0)
      return { what, verdict: 'broken', text: `Python fails under the agent: ${trial.stderr.trim()}` };
    const stream = readdirSync(folder).find((name) => STREAM_NAME.test(name));
    const header = stream === undefined ? undefined : readStreamHeader(join(folder, stream));
    if (!header?.ok)
      return { what, verdict: 'broken', text: 'the agent was not loaded (a static or protected interpreter?)' };
    if (header.value.flags & STREAM_FLAG.noStacks)
      return { what, verdict: 'limited', text: 'recorded, but lines cannot be named' };
    return {
      what,
      verdict: 'ok',
      text: `recorded ${formatBytes(header.value.committed)}; VmHWM ${formatBytes(header.value.hwmBytes)}`,
    };
  } catch (error) {
    return { what, verdict: 'broken', text: messageOf(error) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
