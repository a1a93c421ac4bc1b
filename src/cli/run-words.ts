// Which words of `highwater run ...` are ours. What comes after the script, after `-m module` or `-c code` is the program's,
// whatever it looks like, just as python takes it: `run -m pytest -q` hands -q to pytest.
import type { Command, Option } from 'commander';
import { splitFormatFiles } from './options.ts';

/** The words after `run`, ready for commander. `command` has the options of `run`. */
export function separateRunWords(words: readonly string[], command: Command): string[] {
  let at = 0;
  while (at < words.length && isOption(words[at]!)) {
    const { option, takesNext } = readOption(words[at]!, command.options);
    at += takesNext ? 2 : 1;
    const isTarget = option?.long === '--module' || option?.long === '--code';
    if (isTarget) return [...splitFormatFiles(words.slice(0, at)), '--', ...words.slice(at)];
  }
  return [...splitFormatFiles(words.slice(0, at)), ...words.slice(at)];
}

function isOption(word: string): boolean {
  return word.startsWith('-') && word !== '-' && word !== '--';
}

/** The option that a word gives, the last of several short ones in it; and whether the next word is its value. */
function readOption(word: string, options: readonly Option[]): { option: Option | undefined; takesNext: boolean } {
  if (word.startsWith('--')) {
    const [long] = word.split('=', 1);
    const option = options.find((known) => known.long === long);
    return { option, takesNext: option?.required === true && !word.includes('=') };
  }
  let option: Option | undefined;
  for (let at = 1; at < word.length; at++) {
    option = options.find((known) => known.short === `-${word[at]}`);
    if (option?.required) return { option, takesNext: at === word.length - 1 };
  }
  return { option, takesNext: false };
}
