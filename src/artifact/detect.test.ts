import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from './byte-source.ts';
import { type Detected, detectFormat } from './detect.ts';

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const detect = (content: string | Uint8Array) =>
  detectFormat(new MemorySource(typeof content === 'string' ? latin1(content) : content));
const word = (found: Detected) =>
  found.kind === 'format' ? found.id : found.kind === 'compressed' ? found.codec : found.kind;

describe('a format by its content', () => {
  it.each([
    ['\x80\x04K\x01.', 'pickle'],
    ['(dp0\nVa\np1\nI1\ns.', 'pickle'],
    ['(lp0\nI1\naI2\na.', 'pickle'],
    ['ccopy_reg\n_reconstructor\np0\n(c__main__\nA\np1\n.', 'pickle'],
    [']q\x00(K\x01K\x02e.', 'pickle'],
    ['}q\x00U\x01aq\x01K\x01s.', 'pickle'],
    ['I5\n.', 'pickle'],
    ['F1.5\n.', 'pickle'],
    ['N.', 'pickle'],
    ['\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.', 'torch-legacy'],
    ['\x93NUMPY\x01\x00v\x00', 'npy'],
    ['PK\x03\x04\x00', 'zip'],
    ['\x02\x00\x00\x00\x00\x00\x00\x00{}', 'safetensors'],
    ['GGUF\x03\x00\x00\x00', 'gguf'],
    ['PAR1\x15\x04', 'parquet'],
    ['ARROW1\x00\x00', 'arrow'],
    ['\x89HDF\r\n\x1a\n\x00', 'hdf5'],
    [`${'\0'.repeat(512)}\x89HDF\r\n\x1a\n\x00`, 'hdf5'],
    ['{"metadata": {"total_size": 1}, "weight_map": {}}', 'safetensors-index'],
    ['\x08\x08\x12\x02ab:\x02\x08\x01', 'onnx'],
    ['a,b\n1,2\n3,4\n', 'csv'],
    ['col1,col2\nx,y.\nz,w.', 'csv'],
    ['name\tage\nA\t1\n', 'csv'],
    ['\x78\x9c\x03\x00', 'zlib'],
    ['\x1f\x8b\x08\x00', 'gzip'],
    ['BZh9', 'bz2'],
    ['version https://git-lfs.github.com/spec/v1\noid sha256:0\n', 'other'],
    ['<!DOCTYPE html><html>', 'other'],
    ['{"learner": {}}', 'other'],
    ['', 'unknown'],
    ['.', 'unknown'],
    ['Some words of a letter. They end in a full stop.', 'unknown'],
    ['(This is a note.', 'unknown'],
    ['\0\0\0\0', 'unknown'],
    ['\x80\x09abc.', 'unknown'],
  ])('%j is %s', (content, expected) => {
    expect(word(detect(content))).toBe(expected);
  });

  it('says something about any bytes, and throws about none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(detect(bytes).kind).toBeTypeOf('string');
      }),
    );
  });
});
