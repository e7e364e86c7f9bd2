import { type ErrorCode, errorCodeEntry, errorCodes } from './error-codes.ts';
import { userErrorCodes } from './user-error-codes.ts';

/** docs/errors.md, from the codes themselves. */
export function errorsPage(): string {
  const rows = (Object.keys(errorCodes) as ErrorCode[]).map((code) => {
    const { status, holdsAlways, meaning, remedy } = errorCodeEntry(code);
    return `| \`${code}\` | ${status}${holdsAlways ? ', always' : ''} | ${meaning} | ${remedy} |`;
  });
  return [
    '# Errors',
    '',
    'Every entry of `errors` in an answer has `extensions.code`, one of these. Codes are permanent; messages may be',
    'reworded. What a business rule refuses is no error of this kind: it stands in the payload\'s `userErrors`, with',
    'codes of its own, below. This page is written by `npm run generate` from `src/schema/error-codes.ts` and',
    '`src/schema/user-error-codes.ts`.',
    '',
    'The status is that of an answer without data to a client which accepts `application/graphql-response+json`. A',
    'client which accepts `application/json` alone gets 200 unless it says *always*. Where there is data, the status is 200',
    'and each error names its place in `path`.',
    '',
    '| code | status | meaning | what to do |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '## User errors',
    '',
    'A mutation that was understood and refused has done nothing, and says so in `userErrors`: everything at once,',
    'each with its `code`, a `message` for people, and the `path` in the input. Match on `code`; types that carry more',
    '(`VersionConflict`, `InUse`, `StageNotAllowed`) implement the interface `UserError`.',
    '',
    '| code | meaning | what to do |',
    '| --- | --- | --- |',
    ...Object.entries(userErrorCodes).map(([code, { meaning, remedy }]) => `| \`${code}\` | ${meaning} | ${remedy} |`),
    '',
  ].join('\n');
}
