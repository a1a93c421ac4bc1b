// Hashes of what stands in a pickle. They only ever say "perhaps equal": whoever acts on one compares the bytes. The two
// lanes of GraphHash make 64 bits, for a statement about two files that nobody has an interest to forge.

/** One 32-bit hash of a stretch of bytes, by multiplication and rotation of words (as in MurmurHash3). */
export function hashBytes(bytes: Uint8Array, from: number, length: number, seed: number): number {
  let hash = seed ^ length;
  const wordsEnd = from + (length & ~3);
  let at = from;
  for (; at < wordsEnd; at += 4) {
    const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    hash = mixWord(hash, word);
  }
  let rest = 0;
  for (let shift = 0; at < from + length; at++, shift += 8) rest |= bytes[at]! << shift;
  return finishHash(mixWord(hash, rest));
}

export function mixWord(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  let h = hash ^ Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

export function finishHash(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
