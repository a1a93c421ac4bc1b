import { describe, expect, it } from 'vitest';
import { TableBuilder } from '#profile/build.ts';
import { DOMAIN, type Profile } from '#profile/types.ts';
import { exampleProfile } from '../../test/example-profile.ts';
import { findFailedRequests } from './failed-requests.ts';
import { computeOwnership } from './ownership.ts';

const MIB = 2 ** 20;

function withFailed(row: object): Profile {
  const failed = new TableBuilder('failed');
  failed.add({
    process: 0,
    time: 3000,
    stack: -1,
    domain: DOMAIN.malloc,
    bytes: 100 * MIB,
    addressSpace: 500 * MIB,
    resident: 300 * MIB,
    data: 350 * MIB,
    addressSpaceLimit: Number.NaN,
    dataLimit: Number.NaN,
    ...row,
  });
  return { ...exampleProfile(), failed: failed.finish() };
}

function causeOf(row: object) {
  const profile = withFailed(row);
  return findFailedRequests(profile, computeOwnership(profile))[0]!.cause;
}

describe('what stood against a request', () => {
  it('is the limit that it would have passed', () => {
    expect(causeOf({ addressSpaceLimit: 599 * MIB })).toEqual({
      kind: 'address space',
      held: 500 * MIB,
      limit: 599 * MIB,
    });
    expect(causeOf({ dataLimit: 449 * MIB })).toEqual({ kind: 'data', held: 350 * MIB, limit: 449 * MIB });
  });

  it('is not a limit that left enough room', () => {
    expect(causeOf({ addressSpaceLimit: 700 * MIB, dataLimit: 700 * MIB })).toEqual({ kind: 'unknown' });
  });

  it('is the machine where more was asked for than it has', () => {
    expect(causeOf({ bytes: 2 ** 50 })).toMatchObject({ kind: 'machine' });
  });
});

it('names the line of the user that asked', () => {
  const { stacks } = exampleProfile();
  const profile = withFailed({ stack: stacks.length - 1 });
  const { frames } = profile;
  const [request] = findFailedRequests(profile, computeOwnership(profile));
  expect(frames.line[request!.frame]).toBeGreaterThan(0);
  expect(findFailedRequests(exampleProfile(), computeOwnership(exampleProfile()))).toEqual([]);
});
