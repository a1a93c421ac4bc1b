// What to do, and what a file would import. Never the word "safe": a name is allowed, unknown or known-dangerous.
import type { GlobalUse, Security, Verdict } from '#artifact/types.ts';
import { formatBytes, formatCount } from '#base/format.ts';
import { renderTable, wrapText } from '#base/text-table.ts';
import { plainLine } from './plain-text.ts';
import type { XrayScreen } from './xray-terminal.ts';

export function adviceSection({ model, width, paint }: XrayScreen): string[] {
  const { advice } = model.report;
  if (advice.length === 0) return [];
  const lines = [paint('strong', 'What to do')];
  for (const { title, why, how, savedBytes } of advice) {
    const saved =
      Number.isNaN(savedBytes) || savedBytes < 2 ** 16 ? '' : ` (${formatBytes(savedBytes)} less at the peak)`;
    lines.push(...wrapText(`- ${plainLine(title)}${saved}.`, width, { first: '  ', rest: '    ' }));
    lines.push(...wrapText(plainLine(why), width, { first: '    ', rest: '    ' }).map((line) => paint('faint', line)));
    for (const line of how === '' ? [] : how.split('\n')) lines.push(paint('accent', `      ${plainLine(line)}`));
  }
  return lines;
}

/** "refuse it: os.system is not on its list" */
export function weightsOnlyWords({ accepted, reason }: NonNullable<Security['weightsOnly']>): string {
  return `${accepted ? 'take it' : 'refuse it'}${reason === '' ? '' : `: ${plainLine(reason)}`}`;
}

const ORDER: readonly Verdict[] = ['dangerous', 'unknown', 'allowed'];
const WORDS: Readonly<Record<Verdict, string>> = {
  dangerous: 'KNOWN-DANGEROUS',
  unknown: 'unknown',
  allowed: 'allowed',
};

export function securitySection(screen: XrayScreen): string[] {
  const { model, width, paint } = screen;
  const { security, format } = model.report;
  if (!security.canExecute && security.globals.length === 0) {
    return wrapText(
      `${plainLine(format.name)} holds data only: loading it imports nothing that the file names.`,
      width,
    ).map((line) => paint('faint', line));
  }
  const sorted = ORDER.map((verdict) => security.globals.filter((use) => use.verdict === verdict));
  const counts = ORDER.map((verdict, i) => `${formatCount(sorted[i]!.length)} ${WORDS[verdict]}`).join(', ');
  const head = security.canExecute
    ? `Loading it imports and may call ${formatCount(security.globals.length)} names: ${counts}.`
    : `It names ${formatCount(security.globals.length)} types that loading would need: ${counts}.`;
  const weights = security.weightsOnly;
  const words = weights ? `torch.load(weights_only=True) would ${weightsOnlyWords(weights)}.` : '';
  return [
    ...wrapText(head, width).map((line) => (sorted[0]!.length > 0 ? paint('bad', line) : line)),
    ...namesTable(screen, sorted),
    ...(words === '' ? [] : wrapText(words, width)),
  ];
}

function namesTable({ width, lines, paint }: XrayScreen, sorted: readonly (readonly GlobalUse[])[]): string[] {
  const shown = sorted.slice(0, 2).flat().slice(0, lines);
  if (shown.length === 0) return [];
  return renderTable(
    [
      { align: 'left' },
      { align: 'left', cut: 'end', least: 20 },
      { align: 'left' },
      { align: 'right' },
      { align: 'left', cut: 'end', least: 10, paint: (text) => paint('faint', text) },
    ],
    shown.map(({ name, verdict, called, count, at, why }) => [
      `  ${WORDS[verdict]}`,
      plainLine(name),
      called ? 'called' : 'imported',
      formatCount(count),
      `at byte ${at}${why === '' ? '' : `: ${plainLine(why)}`}`,
    ]),
    { width, indent: '', paintHeader: (text) => paint('strong', text) },
  );
}

export function notesSection({ model, width, paint }: XrayScreen): string[] {
  return model.report.notes.flatMap(({ severity, text }) =>
    wrapText(plainLine(text), width, { first: severity === 'warning' ? 'Warning: ' : '', rest: '  ' }).map((line) =>
      paint(severity === 'warning' ? 'warning' : 'faint', line),
    ),
  );
}
