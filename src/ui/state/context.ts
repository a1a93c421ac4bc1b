// The report that all views show.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { ensure } from '#base/assert.ts';
import type { Report } from './report.ts';

export const ReportContext = createContext<Report | null>(null);

export function useReport(): Report {
  return ensure(useContext(ReportContext), 'the report');
}
