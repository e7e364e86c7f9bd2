import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The slowest files, each of which takes more than ten seconds. They begin first, so that none is left over at the end;
 * those that mostly wait stand between those that work, so that neither core does.
 */
const slowest = [
  'jobs/workers', 'access/walls/foreign-ids', 'auth/races', 'pages/pages', 'access/matrix/fields', 'access/traps/traps',
  'auth/sign-up', 'access/walls/pool-bleed', 'access/matrix/gates', 'auth/reset-password', 'import/maven',
  'access/walls/same-statements', 'auth/sign-in', 'http/persisted-operations', 'platform/start', 'http/bodies',
  'platform/drift', 'access/walls/foreign-links', 'http/cancellation', 'auth/limits', 'jobs/dead-jobs',
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
