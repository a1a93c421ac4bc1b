// The five styles of the terminal report, by what they mean. Colours are the terminal's own sixteen, which people choose to
// be readable for them.

export type Style = 'strong' | 'faint' | 'accent' | 'warning' | 'bad';
export type Paint = (style: Style, text: string) => string;

const CODES: Readonly<Record<Style, string>> = { strong: '1', faint: '2', accent: '36', warning: '33', bad: '31' };

/** A function that styles text, or gives it back as it is. */
export function painter(colour: boolean): Paint {
  if (!colour) return (_style, text) => text;
  return (style, text) => (text === '' ? '' : `\u001b[${CODES[style]}m${text}\u001b[0m`);
}
