// Whether torch.load(weights_only=True), the default from torch 2.6 on, would take a pickle: its unpickler knows some opcodes
// and some names, and refuses the rest. Lists as in torch 2.13's _weights_only_unpickler.py; users may allow more names.
import type { LoadedPickle } from './machine.ts';
import { nameOfOpcode, OP } from './opcodes.ts';

const KNOWN_OPCODES = new Set<number>([
  OP.GLOBAL, OP.NEWOBJ, OP.REDUCE, OP.BUILD, OP.APPEND, OP.APPENDS, OP.SETITEM, OP.SETITEMS, OP.MARK, OP.TUPLE, OP.TUPLE1,
  OP.TUPLE2, OP.TUPLE3, OP.NONE, OP.NEWFALSE, OP.NEWTRUE, OP.EMPTY_TUPLE, OP.EMPTY_LIST, OP.EMPTY_DICT, OP.EMPTY_SET,
  OP.BININT, OP.BININT1, OP.BININT2, OP.BINFLOAT, OP.BINUNICODE, OP.SHORT_BINSTRING, OP.BINPERSID, OP.BINGET,
  OP.LONG_BINGET, OP.BINPUT, OP.LONG_BINPUT, OP.LONG1, OP.PROTO, OP.STOP,
]); // biome-ignore format: a list

const BLOCKED_MODULES = new Set(['sys', 'os', 'posix', 'nt']);

const KNOWN_NAMES = new Set([
  'collections.OrderedDict',
  'collections.Counter',
  'torch.nn.parameter.Parameter',
  'torch.serialization._get_layout',
  'torch.Size',
  'torch.Tensor',
  'torch.device',
  '_codecs.encode',
  'builtins.bytearray',
  'builtins.set',
  'builtins.complex',
  'torch._tensor._rebuild_from_type_v2',
  ...['parameter', 'parameter_with_state', 'qtensor', 'tensor', 'tensor_v2', 'tensor_v3', 'sparse_tensor'].map(rebuild),
  ...['meta_tensor_no_storage', 'nested_tensor', 'wrapper_subclass'].map(rebuild),
  ...['device_tensor_from_numpy', 'device_tensor_from_cpu_tensor'].map(rebuild),
]);

function rebuild(what: string): string {
  return `torch._utils._rebuild_${what}`;
}

const DTYPE =
  /^torch\.(?:u?int\d+|q?u?int(?:8|32|4x2|2x4)|float(?:16|32|64|8_\w+|4_\w+)|bfloat16|complex(?:32|64|128)|bool|bits\w+|per_(?:tensor|channel)_\w+)$/;
const STORAGE = /^torch\.(?:storage\.)?(?:\w+Storage)$|^torch\.(?:cuda|sparse|cuda\.sparse)?\.?\w+(?:Tensor|Storage)$/;

export function judgeWeightsOnly(pickles: readonly LoadedPickle[]): {
  readonly accepted: boolean;
  readonly reason: string;
} {
  for (const { graph, opcodesSeen } of pickles) {
    const opcode = opcodesSeen.findIndex((seen, code) => seen === 1 && !KNOWN_OPCODES.has(code));
    if (opcode >= 0) return { accepted: false, reason: `it does not know the opcode ${nameOfOpcode(opcode)}` };
    for (const { module, full } of graph.globals.rows) {
      const reason = whyNot(module, full.replace(/^__builtin__\./, 'builtins.'));
      if (reason) return { accepted: false, reason };
    }
  }
  return { accepted: true, reason: '' };
}

function whyNot(module: string, full: string): string | undefined {
  if (BLOCKED_MODULES.has(module)) return `${full} is of a module that it never allows`;
  if (KNOWN_NAMES.has(full) || DTYPE.test(full) || STORAGE.test(full)) return undefined;
  return `${full} is not among the names that it allows`;
}
