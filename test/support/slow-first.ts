import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The slowest files, each of which takes more than ten seconds. They begin first, so that none is left over at the end;
 * those that mostly wait stand between those that work, so that neither core does.
 */
const slowest = [
  'jobs/workers', 'access/walls/foreign-ids', 'auth/races', 'access/walls/same-statements', 'pages/pages',
  'access/traps/traps', 'platform/start', 'access/matrix/fields', 'access/walls/pool-bleed', 'auth/sign-up',
  'access/matrix/records', 'http/bodies', 'plans/rows-read', 'auth/reset-password', 'http/cancellation', 'import/maven',
  'auth/sign-in', 'jobs/dead-jobs', 'deal/move-many', 'http/persisted-operations', 'pipeline/rules-model',
  'auth/mail-links', 'access/matrix/gates', 'auth/limits', 'access/walls/foreign-links', 'http/fuzz',
  'access/agreement/agreement', 'http/accounts', 'jobs/schedules',
];

/** Files in Vitest's order, the slowest before the others. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = slowest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return at < 0 ? slowest.length : at;
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}
