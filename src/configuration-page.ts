import { variables } from './env-variables.ts';

/** docs/configuration.md, from the variables themselves. */
export function configurationPage(): string {
  const rows = Object.entries(variables).map(([name, { default: fallback, meaning }]) => {
    const text = fallback === undefined ? 'unset' : fallback === '' ? 'empty' : `\`${fallback}\``;
    return `| \`${name}\` | ${text} | ${meaning} |`;
  });
  return [
    '# Configuration',
    '',
    'Gatehouse is set by environment variables, or by a file `.env` beside `package.json` (the environment wins).',
    'Nothing needs to be set for a first try. A variable that is wrong stops the start, which names every wrong one.',
    'An empty variable counts as unset. This page is written by `npm run generate` from `src/env-variables.ts`.',
    '',
    '| variable | without it | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
