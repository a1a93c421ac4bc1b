// Text of one byte a character, as the lines of protocol 0 are.
const decoder = new TextDecoder('latin1');

export function decodeLatin1(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
