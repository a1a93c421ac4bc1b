// ONNX: a ModelProto. Of the graph only the initializers (weights) and the number of nodes are looked at; their bytes are
// skipped, so that a model of any size costs a few reads.
//
//   ModelProto   1 ir_version  2 producer_name  3 producer_version  7 graph  8 opset_import
//   GraphProto   1 node  2 name  5 initializer  15 sparse_initializer
//   TensorProto  1 dims  2 data_type  4..7, 10, 11 typed data  8 name  9 raw_data  13 external_data  14 data_location
import type { Bytes } from '#base/units.ts';
import { ArrayList, elementsOf } from './array-list.ts';
import type { ByteSource } from './byte-source.ts';
import { damaged, refused } from './damage.ts';
import { elementBytes } from './element-types.ts';
import { onnxAdvice, onnxForecast, onnxWhatIfs } from './onnx-forecast.ts';
import { type ProtoField, readFields, readText, readVarints } from './protobuf.ts';
import { dataReport, type ReadContext } from './reader.ts';
import type { ArrayRow, ArtifactNote, ArtifactReport, Part } from './types.ts';

const TYPES: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
  17: 'float8_e4m3fn',
  18: 'float8_e4m3fnuz',
  19: 'float8_e5m2',
  20: 'float8_e5m2fnuz',
};
/** Two elements a byte. */
const HALF_BYTE: Readonly<Record<number, string>> = { 21: 'uint4', 22: 'int4', 23: 'float4_e2m1' };
const MOST_DEPTH = 16;

interface Model {
  readonly list: ArrayList;
  readonly details: { name: string; value: string }[];
  readonly opsets: string[];
  /** File beside the model -> bytes of it that tensors need. */
  readonly external: Map<string, Bytes>;
  readonly counts: { nodes: number; embedded: Bytes; outside: Bytes; largestOutside: Bytes };
}

export function readOnnx(context: ReadContext): ArtifactReport {
  const { source } = context;
  const model: Model = {
    list: new ArrayList(),
    details: [],
    opsets: [],
    external: new Map(),
    counts: { nodes: 0, embedded: 0, outside: 0, largestOutside: 0 },
  };
  let irVersion = Number.NaN;
  for (const field of readFields(source, 0, source.size)) {
    if (field.number === 1) irVersion = field.value;
    else if (field.number === 2) model.details.push({ name: 'producer', value: readText(source, field) });
    else if (field.number === 3) model.details.push({ name: 'producer version', value: readText(source, field) });
    else if (field.number === 7) readGraph(source, field, model, 0);
    else if (field.number === 8) model.opsets.push(readOpset(source, field));
  }
  return reportOf(context, model, irVersion);
}

function reportOf(context: ReadContext, model: Model, irVersion: number): ArtifactReport {
  const { details, opsets, counts } = model;
  const notes: ArtifactNote[] = [];
  const parts = [...model.external].map(([name, bytes]) => externalPart(context, name, bytes, notes));
  const arrays = model.list.finish();
  details.push({ name: 'opset', value: opsets.join(', ') }, { name: 'nodes', value: String(counts.nodes) });
  const format = { id: 'onnx' as const, name: 'ONNX', version: `IR ${irVersion}`, details };
  const weights = { ...counts, fileBytes: context.source.size };
  return dataReport(context, format, {
    fileBytes: context.source.size + parts.reduce((sum, { bytes }) => sum + bytes, 0),
    parts,
    arrays,
    forecast: onnxForecast(context, weights),
    whatIfs: onnxWhatIfs(weights),
    advice: onnxAdvice(weights),
    notes,
  });
}

function externalPart({ openBeside }: ReadContext, name: string, needed: Bytes, notes: ArtifactNote[]): Part {
  const beside = openBeside(name);
  if (!beside) {
    notes.push({
      severity: 'warning',
      code: 'external-missing',
      text: `The weights' file ${name} is not beside the model.`,
    });
  } else if (beside.size < needed) {
    const text = `The weights' file ${name} has ${beside.size} bytes, and the model needs ${needed}.`;
    notes.push({ severity: 'warning', code: 'external-short', text });
  }
  const bytes = beside?.size ?? 0;
  return { name, bytes, inflatedBytes: bytes, at: 0, found: beside !== undefined };
}

function readOpset(source: ByteSource, field: ProtoField): string {
  let domain = '';
  let version = 0;
  for (const inner of readFields(source, field.at, field.end)) {
    if (inner.number === 1 && inner.wireType === 2) domain = readText(source, inner);
    if (inner.number === 2 && inner.wireType === 0) version = inner.value;
  }
  return `${domain || 'ai.onnx'} ${version}`;
}

function readGraph(source: ByteSource, graph: ProtoField, model: Model, depth: number): void {
  if (depth > MOST_DEPTH) throw refused(graph.at, `graphs nested more than ${MOST_DEPTH} deep`);
  for (const field of readFields(source, graph.at, graph.end)) {
    if (field.wireType !== 2) continue;
    if (field.number === 1) {
      model.counts.nodes++;
      readNode(source, field, model, depth);
    } else if (field.number === 5) addTensor(source, field, model);
    else if (field.number === 15) {
      for (const half of readFields(source, field.at, field.end)) {
        if (half.number <= 2 && half.wireType === 2) addTensor(source, half, model);
      }
    }
  }
}

/** Constants and the bodies of loops and branches are attributes of nodes: 5 attribute -> 5 tensor, 6 graph. */
function readNode(source: ByteSource, node: ProtoField, model: Model, depth: number): void {
  for (const attribute of readFields(source, node.at, node.end)) {
    if (attribute.number !== 5 || attribute.wireType !== 2) continue;
    for (const field of readFields(source, attribute.at, attribute.end)) {
      if (field.wireType !== 2) continue;
      if (field.number === 5) addTensor(source, field, model);
      else if (field.number === 6) readGraph(source, field, model, depth + 1);
    }
  }
}

function addTensor(source: ByteSource, tensor: ProtoField, model: Model): void {
  const shape: number[] = [];
  let path = '';
  let kind = 0;
  let stored = 0;
  const places: { key: string; value: string }[] = [];
  for (const field of readFields(source, tensor.at, tensor.end)) {
    if (field.number === 1) shape.push(...readVarints(source, field, 64));
    else if (field.number === 2) kind = field.value;
    else if (field.number === 8 && field.wireType === 2) path = readText(source, field);
    else if (field.number === 13 && field.wireType === 2) places.push(readPair(source, field));
    else if (field.wireType === 2 && field.number >= 4 && field.number <= 11) stored += field.end - field.at;
  }
  if (shape.length > 64 || shape.some((size) => !(size >= 0)))
    throw damaged(tensor.at, 'a tensor without a valid shape');
  const row = describe(path, kind, shape, stored, tensor.at);
  addExternal(places, row, model, tensor.at);
  if (places.length === 0) model.counts.embedded += stored;
  model.list.add(row);
}

function describe(path: string, kind: number, shape: number[], stored: Bytes, at: number): ArrayRow {
  const type = TYPES[kind] ?? HALF_BYTE[kind] ?? `type ${kind}`;
  const elements = elementsOf(shape);
  const bytes = HALF_BYTE[kind] ? Math.ceil(elements / 2) : elements * elementBytes(type);
  if (elements > Number.MAX_SAFE_INTEGER || bytes > Number.MAX_SAFE_INTEGER) {
    throw refused(at, 'a tensor larger than any memory');
  }
  return { path, type, shape, bytes: Number.isNaN(bytes) ? stored : bytes, storedBytes: stored };
}

function readPair(source: ByteSource, pair: ProtoField): { key: string; value: string } {
  let key = '';
  let value = '';
  for (const field of readFields(source, pair.at, pair.end)) {
    if (field.wireType !== 2) continue;
    if (field.number === 1) key = readText(source, field);
    else if (field.number === 2) value = readText(source, field);
  }
  return { key, value };
}

function addExternal(places: readonly { key: string; value: string }[], row: ArrayRow, model: Model, at: number): void {
  if (places.length === 0) return;
  const of = (name: string) => places.find(({ key }) => key === name)?.value;
  const location = of('location');
  if (location === undefined) throw damaged(at, 'weights outside of the model, and no file is named');
  if (/^[/\\]|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(location)) throw refused(at, 'weights in a file of another folder');
  const end = Number(of('offset') ?? 0) + Number(of('length') ?? row.bytes);
  if (!Number.isSafeInteger(end) || end < 0) throw damaged(at, 'weights at a place that is no number');
  model.external.set(location, Math.max(model.external.get(location) ?? 0, end));
  model.counts.outside += row.bytes;
  model.counts.largestOutside = Math.max(model.counts.largestOutside, row.bytes);
}
