// One pickle or joblib file rewritten into another, as `highwater slim` does it, without its words.
import type { ByteSource } from '#artifact/byte-source.ts';
import { slimArtifact } from '#artifact/slim-artifact.ts';
import { FailureError } from '#base/result.ts';
import { openFileSource } from './file-source.ts';
import { FileSink } from './slim-files.ts';

/** '' or a clause that says why it was not done. */
export function rewriteFile(input: string, output: string): string {
  const opened = openFileSource(input);
  if (!opened.ok) return 'the file that it would be made of was not written';
  try {
    slimInto(opened.value, output);
    return '';
  } catch (error) {
    if (error instanceof FailureError) return error.failure.message;
    throw error;
  } finally {
    opened.value.close();
  }
}

function slimInto(source: ByteSource, output: string): void {
  const sink = new FileSink(output);
  try {
    slimArtifact(source, sink);
  } finally {
    sink.close();
  }
}
