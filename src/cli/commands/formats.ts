// `highwater formats`: a model loaded in the user's Python, saved in every format that it can be saved in, and loaded again from
// each: sizes, peaks, time, and whether the same object came back. It executes what the file says: the user's word is the command.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { ArtifactReport } from '#artifact/types.ts';
import type { Bytes } from '#base/units.ts';
import { type FormatRow, type FormatsReport, renderFormats, renderFormatsJson } from '#report/formats.ts';
import { callerEnvironment } from '../caller-environment.ts';
import { type FormatAnswer, type FormatStep, runFormatStep } from '../format-steps.ts';
import type { FormatsOptions } from '../options.ts';
import { rewriteFile } from '../rewrite-file.ts';
import { complain, remark, screenOf, write } from '../say.ts';
import { measureLoad } from '../xray-measure.ts';
import { findXrayPython } from '../xray-python.ts';
import { xrayOne } from './xray.ts';

const USAGE = 2;
const UNREAD = 3;

interface Target {
  readonly id: string;
  readonly label: string;
  /** Name in python/save_formats.py: how the file is saved and loaded. */
  readonly format: string;
  /** File name in the scratch folder; several rows may look at one file. */
  readonly file: string;
}

const TARGETS: readonly Target[] = [
  { id: 'pickle4', label: 'pickle, protocol 4', format: 'pickle4', file: 'pickle4.pkl' },
  { id: 'pickle5', label: 'pickle, protocol 5', format: 'pickle5', file: 'pickle5.pkl' },
  { id: 'fast', label: 'pickle, fast = True', format: 'fast', file: 'fast.pkl' },
  { id: 'parts', label: 'pickle, each part by itself', format: 'parts', file: 'parts.pkl' },
  { id: 'slim', label: 'pickle, slimmed', format: 'pickle4', file: 'slim.pkl' },
  { id: 'joblib', label: 'joblib', format: 'joblib', file: 'model.joblib' },
  { id: 'joblib-slim', label: 'joblib, slimmed', format: 'joblib', file: 'slim.joblib' },
  { id: 'joblib-mmap', label: 'joblib, mapped', format: 'joblib-mmap', file: 'model.joblib' },
  { id: 'joblib-zlib', label: 'joblib, compressed', format: 'joblib-zlib', file: 'packed.joblib' },
  { id: 'npz', label: 'npz', format: 'npz', file: 'model.npz' },
  { id: 'hdf5', label: 'HDF5', format: 'hdf5', file: 'model.h5' },
  { id: 'msgpack', label: 'MessagePack', format: 'msgpack', file: 'model.msgpack' },
  { id: 'safetensors', label: 'safetensors', format: 'safetensors', file: 'model.safetensors' },
  { id: 'torch', label: 'torch', format: 'torch', file: 'model.pt' },
  { id: 'torch-mmap', label: 'torch, mapped', format: 'torch-mmap', file: 'model.pt' },
  { id: 'skops', label: 'skops', format: 'skops', file: 'model.skops' },
  { id: 'parquet', label: 'Parquet', format: 'parquet', file: 'model.parquet' },
  { id: 'feather', label: 'Feather', format: 'feather', file: 'model.feather' },
];

/** A slimmed file is made of this one. */
const SLIM_OF: Readonly<Record<string, string>> = { slim: 'pickle4.pkl', 'joblib-slim': 'model.joblib' };

/** Exit codes: 0 done, 2 usage, 3 the file could not be read or loaded. */
export async function formats(path: string, options: FormatsOptions): Promise<number> {
  const environment = callerEnvironment(process.env);
  const python = findXrayPython(options.python, environment, true);
  if (!python.ok) {
    complain(python.error);
    return python.error.code === 'python-version' ? USAGE : UNREAD;
  }
  const read = await xrayOne(path, python.value, environment);
  if (!read.ok) {
    complain(read.error);
    return UNREAD;
  }
  const report = read.value;
  const measured = measureLoad(path, report, python.value, environment, options);
  if (measured.failure !== '') {
    complain({ code: 'load-failed', message: `${path} cannot be loaded`, cause: measured.failure });
    return UNREAD;
  }
  const folder = options.keep === undefined ? mkdtempSync(join(tmpdir(), 'highwater-formats-')) : resolve(options.keep);
  try {
    const step = stepper({ path, report, options, python: python.value.executable!, environment });
    const rows: FormatRow[] = [asItIs(path, report, measured)];
    const { reasons = {} } = step('applies', '', '');
    const saved = new Map<string, FormatAnswer>();
    for (const target of TARGETS)
      rows.push(measureTarget(target, { folder, step, saved }, reasons[target.format] ?? ''));
    const result: FormatsReport = { path, python: measured.python, rows };
    const screen = screenOf(1);
    write(1, (options.json ? renderFormatsJson(result) : renderFormats(result, screen)).text);
    if (options.keep !== undefined) remark(`the files are in ${options.keep}`);
    return 0;
  } finally {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

type Step = (step: FormatStep['step'], format: string, file: string) => FormatAnswer;

interface Job {
  readonly path: string;
  readonly report: ArtifactReport;
  readonly options: FormatsOptions;
  readonly python: string;
  readonly environment: NodeJS.ProcessEnv;
}

function stepper({ path, report, options, python, environment }: Job): Step {
  return (step, format, file) =>
    runFormatStep(
      { step, source: resolve(path), report, format, target: file, script: options.script },
      { python, environment, memoryLimit: options.memoryLimit },
    );
}

const NOTHING = {
  notApplicable: '',
  bytes: Number.NaN,
  savePeak: Number.NaN,
  saveSeconds: Number.NaN,
  loadPeak: Number.NaN,
  resident: Number.NaN,
  fileBacked: 0,
  loadSeconds: Number.NaN,
  difference: null,
} as const;

function asItIs(
  path: string,
  { format, fileBytes }: ArtifactReport,
  { peak, resident, fileBacked, seconds }: { peak: Bytes; resident: Bytes; fileBacked: Bytes; seconds: number },
): FormatRow {
  const label = `${basename(path)}, as it is (${format.id})`;
  return {
    ...NOTHING,
    id: 'as-it-is',
    label,
    bytes: fileBytes,
    loadPeak: peak,
    resident,
    fileBacked,
    loadSeconds: seconds,
  };
}

interface Bench {
  readonly folder: string;
  readonly step: Step;
  /** By file: what saving it said. Rows that look at one file have it saved once. */
  readonly saved: Map<string, FormatAnswer>;
}

function measureTarget(target: Target, { folder, step, saved: done }: Bench, reason: string): FormatRow {
  const { id, label, file, format } = target;
  const path = join(folder, file);
  const base = { ...NOTHING, id, label };
  if (reason !== '') return { ...base, notApplicable: reason };
  const of = SLIM_OF[id];
  if (of !== undefined) {
    const why = rewriteFile(join(folder, of), path);
    if (why !== '') return { ...base, notApplicable: why };
  }
  const saved: FormatAnswer =
    of === undefined ? (done.get(file) ?? step('save', format, path)) : { bytes: statSync(path).size };
  done.set(file, saved);
  if (saved.failure !== undefined) return { ...base, notApplicable: saved.failure };
  const loaded = step('load', format, path);
  if (loaded.failure !== undefined) {
    return { ...base, ...saved, notApplicable: `it cannot be loaded again: ${loaded.failure}` };
  }
  const compared = step('compare', format, path);
  const difference = compared.failure === undefined ? (compared.difference ?? '') : `not compared: ${compared.failure}`;
  return { ...base, ...saved, ...loaded, difference };
}
