// One run of `highwater slim`, from the open input to the renamed output: taken apart if it is compressed, rewritten, proved,
// and on request held against what both files load to.
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ByteSource } from '#artifact/byte-source.ts';
import { readCodecHeader } from '#artifact/codec-header.ts';
import { detectFormat } from '#artifact/detect.ts';
import { hashGraphs, type SlimmedArtifact, slimArtifact } from '#artifact/slim-artifact.ts';
import { FailureError, unwrap } from '#base/result.ts';
import type { PythonFacts } from '#profile/types.ts';
import { SLIM_SCHEMA, type SlimReport } from '#report/slim.ts';
import { callerEnvironment } from './caller-environment.ts';
import { ClassQuestions } from './class-questions.ts';
import { type Compression, compressFile, decompressFile } from './compressed-files.ts';
import { type FileSource, openFileSource } from './file-source.ts';
import { availableMemory, compareLoads, pythonFor } from './model-python.ts';
import type { SlimCommandOptions } from './options.ts';
import { type CodecPythons, codecPythons } from './python-codec.ts';
import { FileSink, type Scratch } from './slim-files.ts';
import { forecastBoth } from './slim-forecast.ts';
import { WholeFiles } from './whole-files.ts';

/** A pickle or several, not compressed: the input itself, or what was in it. */
interface Plain {
  readonly path: string;
  readonly file: FileSource;
  readonly compression: Compression | null;
}

export class SlimRun {
  readonly #input: string;
  readonly #options: SlimCommandOptions;
  readonly #scratch: Scratch;
  readonly #environment = callerEnvironment(process.env);
  readonly #memory = new WholeFiles();
  readonly #python: PythonFacts | null;
  readonly #questions: ClassQuestions;
  readonly #pythons: CodecPythons;

  constructor(input: string, options: SlimCommandOptions, scratch: Scratch) {
    this.#input = input;
    this.#options = options;
    this.#scratch = scratch;
    const needsPython = options.slotState === true || options.verify === 'load';
    this.#python = needsPython ? pythonFor(options.python, this.#environment) : null;
    this.#questions = new ClassQuestions(this.#python, this.#environment);
    this.#pythons = codecPythons(options.python, this.#environment);
  }

  async run(source: FileSource): Promise<SlimReport> {
    const plain = await this.#takeApart(source);
    try {
      return await this.#rewriteAll(plain);
    } finally {
      if (plain.file !== source) plain.file.close();
    }
  }

  async #rewriteAll(plain: Plain): Promise<SlimReport> {
    const slimmed = this.#scratch.make('slim');
    const before = this.#memory.read(plain.path, plain.file);
    const made = this.#rewrite(before, slimmed);
    const graph = this.#prove(before, slimmed, made);
    const report = this.#report(plain, slimmed, made, graph);
    const final = await this.#putTogether(slimmed, plain.compression);
    const outputBytes = statSync(final).size;
    const forecast = this.#forecast(plain, slimmed, final);
    this.#scratch.keep(final, resolve(this.#input));
    return { ...report, outputBytes, forecast };
  }

  async #takeApart(source: FileSource): Promise<Plain> {
    const path = resolve(this.#input);
    const found = detectFormat(source);
    if (found.kind !== 'compressed') return { path, file: source, compression: null };
    const { codec } = found;
    const inflated = this.#scratch.make('inflated');
    await decompressFile(path, inflated, codec, this.#pythons);
    const { level } = readCodecHeader(source, codec);
    return { path: inflated, file: unwrap(openFileSource(inflated)), compression: { codec, level } };
  }

  async #putTogether(slimmed: string, compression: Compression | null): Promise<string> {
    if (compression === null) return slimmed;
    const compressed = this.#scratch.make('compressed');
    await compressFile(slimmed, compressed, compression, this.#pythons);
    return compressed;
  }

  #rewrite(source: ByteSource, path: string): SlimmedArtifact {
    const sink = new FileSink(path);
    const asks = this.#options.slotState === true;
    try {
      return slimArtifact(source, sink, asks ? (classes) => this.#questions.ask(classes) : undefined);
    } finally {
      sink.close();
    }
  }

  /** The hash of both graphs. That they differ would be a bug of ours, and nothing is kept then. */
  #prove(before: ByteSource, slimmed: string, { wrapped }: SlimmedArtifact): string {
    const expected = hashGraphs(before, wrapped);
    const after = unwrap(openFileSource(slimmed));
    let made: string;
    try {
      made = hashGraphs(this.#memory.read(slimmed, after)); // into the buffer where `before` was
    } finally {
      after.close();
    }
    if (expected === made) return made;
    throw new FailureError({
      code: 'slim-not-proved',
      message: 'the rewritten file would not make the same object graph; nothing was written',
      cause: `${expected} became ${made}`,
    });
  }

  #report(plain: Plain, slimmed: string, made: SlimmedArtifact, graph: string): SlimReport {
    const { wrapped: _, isTableFull: __, ...facts } = made;
    const { output, verify } = this.#options;
    const files = [plain.path, slimmed] as const;
    const inputBytes = statSync(this.#input).size;
    return {
      schema: SLIM_SCHEMA,
      input: this.#input,
      output,
      inputBytes,
      outputBytes: Number.NaN,
      inflatedBefore: plain.file.size,
      inflatedAfter: statSync(slimmed).size,
      compression: plain.compression?.codec ?? null,
      ...facts,
      keptClasses: this.#questions.kept,
      graph,
      forecast: null,
      load: verify === 'load' ? this.#compareLoads(files, made) : null,
      notes: this.#notes(made),
    };
  }

  /** Of the files as they are loaded, compressed or not. */
  #forecast(plain: Plain, slimmed: string, final: string): SlimReport['forecast'] {
    if (this.#options.forecast !== true) return null;
    const before = { path: resolve(this.#input), inside: plain.path };
    return forecastBoth([before, { path: final, inside: slimmed }], this.#options.python, this.#environment);
  }

  #compareLoads(files: readonly [string, string], { splicedArrays }: SlimmedArtifact): SlimReport['load'] {
    const loader = splicedArrays > 0 ? 'joblib' : 'pickle';
    const memory = this.#options.memory ?? availableMemory();
    const verdict = compareLoads(this.#python!, this.#environment, files, { loader, memory });
    if (verdict.loaded && verdict.equal) return { objects: verdict.objects ?? 0, opaque: verdict.opaque ?? {} };
    if (verdict.loaded) {
      const cause = verdict.difference ?? '';
      throw new FailureError({ code: 'loads-differ', message: 'the two files load to different objects', cause });
    }
    const which = verdict.which === 'first' ? 'the file itself' : 'the rewritten file';
    throw new FailureError({ code: 'load-failed', message: `${which} does not load`, cause: verdict.error ?? '' });
  }

  #notes({ isTableFull, wrappedStates }: SlimmedArtifact): string[] {
    const notes: string[] = [];
    if (isTableFull) {
      notes.push('The table of constants was full before the end of the file: a second pass may share more.');
    }
    if (this.#options.slotState === true && wrappedStates === 0) {
      notes.push('No state could be written as (None, state).');
    }
    return notes;
  }
}
