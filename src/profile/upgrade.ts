// One step per version of the profile format: UPGRADES[v] turns a manifest of version v into one of v + 1, so that all
// other code sees the newest form only. Each step comes with a paragraph in docs/formats/changelog.md and an old file in
// test/fixtures/profiles.
import { assert } from '#base/assert.ts';
import { PROFILE_VERSION } from './types.ts';

type Upgrade = (manifest: object) => void;

const UPGRADES: Readonly<Record<number, Upgrade>> = {};

/** Changes the manifest in place. */
export function upgradeManifest(manifest: object, from: number): void {
  for (let version = from; version < PROFILE_VERSION; version++) {
    const step = UPGRADES[version];
    assert(step !== undefined, `no upgrade from profile version ${version}`);
    step(manifest);
  }
}
