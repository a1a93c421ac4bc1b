// What loading tensors from safetensors costs: torch maps the file, so that nothing is copied until it is written to;
// load_state_dict into a model that exists already then copies every tensor.
import type { Bytes } from '#base/units.ts';
import { bytesAsFloat32, livePart } from './numpy-forecast.ts';
import { type ReadContext, residentAbout, sure } from './reader.ts';
import type { Advice, ArrayTable, Forecast, WhatIf } from './types.ts';

/** A torch tensor on the CPU with its storage, Python object and name. */
export const TENSOR_OBJECT: Bytes = 700;

export function tensorForecast({ python }: Pick<ReadContext, 'python'>, arrays: ArrayTable): Forecast {
  const objects = arrays.count * TENSOR_OBJECT;
  return {
    call: 'safetensors.torch.load_file(path)',
    python,
    imports: ['torch', 'safetensors.torch'],
    peak: objects,
    ...residentAbout(objects),
    fileBacked: arrays.bytes,
    peakParts: [livePart(objects)],
    confidence: sure('tensors are views of the mapped file: its pages come in as they are used'),
  };
}

export function tensorWhatIfs(arrays: ArrayTable): WhatIf[] {
  const { bytes } = arrays;
  const row = (fields: Pick<WhatIf, 'id' | 'label' | 'how' | 'cost'> & { peak: Bytes; resident: Bytes }): WhatIf => ({
    id: fields.id,
    label: fields.label,
    how: fields.how,
    notApplicable: '',
    peak: fields.peak,
    residentLow: fields.resident,
    residentHigh: fields.resident,
    cost: fields.cost,
  });
  return [
    row({
      id: 'load-state-dict',
      label: 'then copied into a model',
      how: 'model.load_state_dict(load_file(path))',
      peak: bytes,
      resident: bytes,
      cost: 'the model has memory of its own, and the mapped file is read once beside it',
    }),
    row({
      id: 'assign',
      label: 'then assigned to a model',
      how: "with torch.device('meta'): model = Model()\nmodel.load_state_dict(load_file(path), assign=True)",
      peak: arrays.count * TENSOR_OBJECT,
      resident: arrays.count * TENSOR_OBJECT,
      cost: 'parameters stay views of the mapped file; the first write to one copies its pages',
    }),
    ...float32(arrays),
  ];
}

function float32(arrays: ArrayTable): WhatIf[] {
  const half = arrays.byType
    .filter(({ type }) => type === 'bfloat16' || type === 'float16')
    .reduce((sum, { bytes }) => sum + bytes, 0);
  const wide = arrays.bytes - bytesAsFloat32(arrays);
  if (half > 0) {
    return [
      convert('float32', 'as float32 (wider)', '.float()', arrays.bytes + half, 'twice the bytes of 16-bit types'),
    ];
  }
  return wide > 0
    ? [convert('float32', 'as float32', '.float()', bytesAsFloat32(arrays), 'keeps 7 of 16 decimal digits')]
    : [];
}

function convert(id: string, label: string, call: string, bytes: Bytes, cost: string): WhatIf {
  const how = `tensors = {k: v${call} for k, v in load_file(path).items()}`;
  return { id, label, how, notApplicable: '', peak: bytes, residentLow: bytes, residentHigh: bytes, cost };
}

export function tensorAdvice(arrays: ArrayTable): Advice[] {
  return [
    {
      id: 'assign',
      title: 'Assign the mapped tensors to the model instead of copying them into it',
      why: 'A model made on the meta device has no memory of its own, so the mapped file is all there is.',
      savedBytes: arrays.bytes,
      how: 'model.load_state_dict(load_file(path), assign=True)',
    },
  ];
}
