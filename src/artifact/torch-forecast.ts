// Ways to load tensors from a torch file, and what each costs beside torch.load.
import type { Bytes } from '#base/units.ts';
import type { Advice, Forecast, WhatIf } from './types.ts';

export interface TorchFacts {
  readonly forecast: Forecast;
  /** All storages together. */
  readonly storages: Bytes;
  /** The archive's members can be mapped; the old form cannot. */
  readonly canMap: boolean;
}

const NO_MAP = 'files of the old form cannot be mapped: torch.save writes the new one';

export function torchWhatIfs({ forecast, storages, canMap }: TorchFacts): WhatIf[] {
  const { peak, residentLow, residentHigh } = forecast;
  const objects = { low: Math.max(0, residentLow - storages), high: Math.max(0, residentHigh - storages) };
  const mapped = row('mmap', 'mapped instead of read', 'torch.load(path, mmap=True)', {
    peak: peak - storages,
    low: objects.low,
    high: objects.high,
    cost: `pages of the file come in as they are used, and the first write to a tensor copies its pages`,
  });
  const assigned = row('assign', 'mapped, and assigned to a model', ASSIGN, {
    peak: peak - storages,
    low: objects.low,
    high: objects.high,
    cost: 'the model is made on the meta device, without memory of its own',
  });
  return [
    row('load-state-dict', 'then copied into a model', 'model.load_state_dict(torch.load(path))', {
      peak: peak + storages,
      low: storages,
      high: residentHigh + storages,
      cost: 'the model has memory of its own: two copies until the state dict is dropped',
    }),
    canMap ? mapped : { ...mapped, ...NOTHING, notApplicable: NO_MAP },
    canMap ? assigned : { ...assigned, ...NOTHING, notApplicable: NO_MAP },
  ];
}

const ASSIGN =
  "with torch.device('meta'): model = Model()\nmodel.load_state_dict(torch.load(path, mmap=True), assign=True)";
const NOTHING = { peak: Number.NaN, residentLow: Number.NaN, residentHigh: Number.NaN, cost: '' } as const;

interface Figures {
  readonly peak: Bytes;
  readonly low: Bytes;
  readonly high: Bytes;
  readonly cost: string;
}

function row(id: string, label: string, how: string, { peak, low, high, cost }: Figures): WhatIf {
  return { id, label, how, notApplicable: '', peak, residentLow: low, residentHigh: high, cost };
}

export function torchAdvice({ storages, canMap }: TorchFacts): Advice[] {
  if (!canMap) {
    return [
      {
        id: 'new-form',
        title: 'Save it again in the new form, which can be mapped',
        why: 'torch.load(path, mmap=True) takes no memory for tensors until they are used; the old form has to be read.',
        savedBytes: storages,
        how: "torch.save(torch.load(path, map_location='cpu'), 'new.pt')",
      },
    ];
  }
  return [
    {
      id: 'assign',
      title: 'Map the file and assign its tensors to the model instead of copying them',
      why: 'load_state_dict copies into memory that the model has already: twice the tensors at the peak. A model on the meta device has none.',
      savedBytes: 2 * storages,
      how: ASSIGN,
    },
  ];
}
