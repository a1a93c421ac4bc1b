// torch's tensors over storages. In a .pt file a storage is a persistent id that says how large it is; its bytes are read from
// the archive into memory of malloc. In a plain pickle each storage is a file of its own, in a bytes object.
import type { Bytes } from '#base/units.ts';
import { KIND, type PickleGraph } from '../graph.ts';
import type { ArrayFacts, LoadRule, LoadSink } from '../load-rule.ts';
import { ObjectView } from '../object-view.ts';
import type { Value } from '../values.ts';

/** Python's wrapper of a tensor, and what C++ keeps behind it. */
const TENSOR_OBJECT = 96;
const TENSOR_IMPL = 416;
/** Of a storage that is no part of an archive; measured as the growth of the process for thousands of them. */
const STORAGE_OBJECT = 80;
const STORAGE_IMPL = 464;

export interface Storage {
  /** 'float32'. */
  readonly type: string;
  readonly key: string;
  readonly device: string;
  readonly bytes: Bytes;
  readonly itemBytes: number;
}

const ITEM_BYTES: Readonly<Record<string, readonly [string, number]>> = {
  DoubleStorage: ['float64', 8],
  FloatStorage: ['float32', 4],
  HalfStorage: ['float16', 2],
  BFloat16Storage: ['bfloat16', 2],
  LongStorage: ['int64', 8],
  IntStorage: ['int32', 4],
  ShortStorage: ['int16', 2],
  CharStorage: ['int8', 1],
  ByteStorage: ['uint8', 1],
  BoolStorage: ['bool', 1],
  ComplexFloatStorage: ['complex64', 8],
  ComplexDoubleStorage: ['complex128', 16],
  UntypedStorage: ['uint8', 1],
};

/** The storage that a persistent id ('storage', class, key, device, numel) stands for; undefined for other ids. */
export function readStorage(graph: PickleGraph, value: Value): Storage | undefined {
  if (value < 0 || graph.kind[value] !== KIND.persistent) return undefined;
  const view = new ObjectView(graph);
  const id = graph.aux[value]!;
  if (view.text(view.item(id, 0)) !== 'storage') return undefined;
  const name = view.globalName(view.item(id, 1)).split('.').pop() ?? '';
  const [type, itemBytes] = ITEM_BYTES[name] ?? ['unknown', 0];
  const numel = view.integer(view.item(id, 4)) ?? 0;
  const key = view.text(view.item(id, 2)) ?? '';
  return { type, key, device: view.text(view.item(id, 3)) ?? '', itemBytes, bytes: numel * itemBytes };
}

const tensor: LoadRule = {
  names: ['torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_tensor', 'torch._utils._rebuild_tensor_v3'],
  className: 'torch.Tensor',
  load(object, sink) {
    loadTensor(sink);
    sink.keep(object.argument(0));
  },
  array(object): ArrayFacts | undefined {
    const storage = readStorage(object.graph, object.argument(0));
    const shape = object.integers(object.argument(2));
    if (!storage || !shape) return undefined;
    return { type: storage.type, shape, bytes: shape.reduce((product, side) => product * side, storage.itemBytes) };
  },
  data: (object) => object.argument(0),
};

const parameter: LoadRule = {
  names: ['torch._utils._rebuild_parameter', 'torch._utils._rebuild_parameter_with_state'],
  className: 'torch.nn.Parameter',
  load(object, sink) {
    loadTensor(sink);
    sink.keep(object.argument(0));
  },
};

function loadTensor(sink: LoadSink): void {
  sink.object(TENSOR_OBJECT);
  sink.raw(TENSOR_IMPL);
}

/** The bytes of an archive with one storage: read, then garbage. */
const nested: LoadRule = {
  names: ['torch.storage._load_from_bytes'],
  className: 'torch.Storage',
  load(object, sink) {
    sink.raw(object.payload(object.argument(0)));
    sink.object(STORAGE_OBJECT);
    sink.raw(STORAGE_IMPL);
  },
};

export const TORCH: readonly LoadRule[] = [tensor, parameter, nested];
