// What loading an ONNX model costs. onnx.load reads the file whole and parses it, with both at the peak; weights in files
// beside it are read into the parsed model, too.
import type { Bytes } from '#base/units.ts';
import { type ReadContext, residentAbout, sure } from './reader.ts';
import type { Advice, Forecast, WhatIf } from './types.ts';

export interface OnnxWeights {
  readonly fileBytes: Bytes;
  /** Inside of the model's own file, and in others. */
  readonly embedded: Bytes;
  readonly outside: Bytes;
  /** The largest tensor in another file: it is read as bytes, then copied into the model. */
  readonly largestOutside: Bytes;
}

export function onnxForecast({ python }: ReadContext, weights: OnnxWeights): Forecast {
  const live = weights.fileBytes + weights.outside;
  const second = Math.max(weights.fileBytes, weights.largestOutside);
  return {
    call: 'onnx.load(path)',
    python,
    imports: ['onnx'],
    peak: live + second,
    ...residentAbout(live, live + weights.largestOutside),
    fileBacked: 0,
    peakParts: [
      { id: 'live', bytes: live },
      { id: 'second-copy', bytes: second },
    ],
    confidence: sure('the file as bytes and the parsed model stand side by side'),
  };
}

export function onnxWhatIfs({ fileBytes, embedded, outside }: OnnxWeights): WhatIf[] {
  const graph = fileBytes - embedded;
  const bare: WhatIf = {
    id: 'no-weights',
    label: 'only the graph',
    how: 'onnx.load(path, load_external_data=False)',
    notApplicable:
      outside > 0 ? '' : 'the weights are inside of the file; onnx.save(model, path, save_as_external_data=True)',
    peak: outside > 0 ? 2 * fileBytes : Number.NaN,
    residentLow: outside > 0 ? fileBytes : Number.NaN,
    residentHigh: outside > 0 ? fileBytes : Number.NaN,
    cost: 'for looking at a model, not for running it',
  };
  const split: WhatIf = {
    id: 'external-data',
    label: 'weights in a file of their own',
    how: 'onnx.save(model, new, save_as_external_data=True); onnxruntime.InferenceSession(new)',
    notApplicable: embedded > 0 ? '' : 'they are already',
    peak: embedded > 0 ? graph * 2 + embedded + outside : Number.NaN,
    residentLow: embedded > 0 ? graph + embedded + outside : Number.NaN,
    residentHigh: embedded > 0 ? graph + embedded + outside : Number.NaN,
    cost: 'two files instead of one',
  };
  return [bare, split];
}

export function onnxAdvice({ embedded }: OnnxWeights): Advice[] {
  if (embedded === 0) return [];
  return [
    {
      id: 'external-data',
      title: 'Give the session the path, not the bytes, and keep the weights in a file of their own',
      why: 'onnx.load and a session from bytes hold the whole file a second time while they parse it.',
      savedBytes: embedded,
      how: 'session = onnxruntime.InferenceSession(path)',
    },
  ];
}
