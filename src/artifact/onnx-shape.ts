// Whether bytes look like an ONNX model. Protocol buffers have no magic number: the fields of ModelProto must fill the file
// exactly, with the right wire types, and a graph must be among them.
import { type ByteSource, readAtMost } from './byte-source.ts';

const VARINT = 0;
const LENGTH_DELIMITED = 2;
/** ModelProto's fields: ir_version, producer_name, producer_version, domain, model_version, doc_string, graph,
 * opset_import, metadata_props, training_info, functions, configuration. */
const WIRE_TYPES: Readonly<Record<number, number>> = {
  1: VARINT,
  2: LENGTH_DELIMITED,
  3: LENGTH_DELIMITED,
  4: LENGTH_DELIMITED,
  5: VARINT,
  6: LENGTH_DELIMITED,
  7: LENGTH_DELIMITED,
  8: LENGTH_DELIMITED,
  14: LENGTH_DELIMITED,
  20: LENGTH_DELIMITED,
  25: LENGTH_DELIMITED,
  26: LENGTH_DELIMITED,
};
const GRAPH = 7;
const MOST_FIELDS = 10_000;

export function looksLikeOnnx(source: ByteSource): boolean {
  let at = 0;
  let hasGraph = false;
  for (let fields = 0; at < source.size; fields++) {
    if (fields === MOST_FIELDS) return false;
    const tag = varint(source, at);
    if (!tag || WIRE_TYPES[Math.floor(tag.value / 8)] !== tag.value % 8) return false;
    const value = varint(source, tag.end);
    if (!value) return false;
    hasGraph ||= Math.floor(tag.value / 8) === GRAPH;
    at = tag.value % 8 === VARINT ? value.end : value.end + value.value;
    // Cut off inside of the graph is a damaged model, and better named so than called unknown.
    if (at > source.size) return hasGraph;
  }
  return hasGraph;
}

function varint(source: ByteSource, at: number): { readonly value: number; readonly end: number } | undefined {
  const bytes = readAtMost(source, at, 10);
  let value = 0;
  for (let i = 0; i < bytes.length; i++) {
    value += (bytes[i]! & 0x7f) * 2 ** (7 * i);
    if (bytes[i]! < 0x80) return { value, end: at + i + 1 };
  }
  return undefined;
}
