import { type Measured, median, medianOf, ratio } from '../measure/rounds.ts';
import type { Report } from './report.ts';

/** What Gatehouse is meant to reach, as ratios of one run. */
type Target = { what: string; limit: number; value: (of: Found) => number | null };
type Found = (workload: string, label?: string) => Measured | null;

const against = (workload: string, other: string) => (of: Found) => {
  const [ours, theirs] = [of(workload), of(workload, other)];
  return ours && theirs ? ratio(ours, theirs) : null;
};

/** The statement's own: without that of the sign-in check, which the floor does not have. */
const statementAgainstFloor = (workload: string) => (of: Found) => {
  const [ours, floor, signIn] = [of(workload), of(workload, 'floor'), of('sign-in')];
  return ours && floor && signIn
    ? (medianOf(ours, 'databaseMs') - medianOf(signIn, 'databaseMs')) / medianOf(floor, 'databaseMs') : null;
};

const targets: Target[] = [
  { what: 'board, CPU ÷ PostGraphile', limit: 1, value: against('board', 'postgraphile') },
  { what: 'board, CPU ÷ floor', limit: 2, value: against('board', 'floor') },
  { what: 'list, CPU ÷ PostGraphile', limit: 1, value: against('list', 'postgraphile') },
  { what: 'record page, CPU ÷ PostGraphile', limit: 1, value: against('record', 'postgraphile') },
  {
    what: 'filtered list, its statement in the database ÷ floor', limit: 1.2, value: statementAgainstFloor('contacts'),
  },
  { what: 'search, its statement in the database ÷ floor', limit: 1.2, value: statementAgainstFloor('search') },
  { what: 'dealMove, CPU ÷ floor', limit: 2.5, value: against('move', 'floor') },
  {
    what: 'page 50, CPU ÷ page 1', limit: 1.3,
    value: (of) => {
      const [page1, page50] = [of('contacts'), of('contacts-50')];
      return page1 && page50 ? median(page50.rounds.map(({ totalMs }) => totalMs)) / medianOf(page1, 'totalMs') : null;
    },
  },
  { what: 'board, CPU with policy ÷ without', limit: 1.05, value: against('board', 'gatehouse without policy') },
];

/** The targets whose workloads were in the run, met or not. */
export function printTargets(reports: readonly Report[]): void {
  const found: Found = (workload, label = 'gatehouse') =>
    reports.find((report) => report.workload.name === workload)?.measured.find((each) => each.label === label) ?? null;
  const lines = targets.flatMap(({ what, limit, value }) => {
    const reached = value(found);
    if (reached === null) return [];
    return [
      `  ${reached <= limit ? 'met   ' : 'not met'}  ${reached.toFixed(2).padStart(5)}  of at most ${limit.toFixed(2)}  ${what}`,
    ];
  });
  if (lines.length > 0) console.log(`\nTargets\n${lines.join('\n')}`);
}
