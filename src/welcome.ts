import type { SignIn } from './http/graphiql.ts';

/** What a person sees once everything runs. Without sign-ins there is no demo, and a workspace is to be made first. */
export function welcome(url: string, signIns: readonly SignIn[]): string {
  const graphiql = `${url}/graphql`;
  if (signIns.length === 0) {
    return `
Gatehouse is running. Open GraphiQL: ${graphiql}

  To begin, make a workspace and its owner:
    npm run workspace:create -- --slug acme --owner you@example.com

  Ctrl-C stops it.
`;
  }
  const width = Math.max(...signIns.map(({ email }) => email.length));
  return `
Gatehouse is running. Open GraphiQL: ${graphiql}

  Sign in as one of these; the password is always ${signIns[0]!.password}
${signIns.map(({ email, description }) => `    ${email.padEnd(width)}  ${description}`).join('\n')}

  Three things to try
    1. As manager@demo.test, ask for the deals: all of the team's, with their amounts.
    2. As viewer@demo.test, ask the same: the deals are there, each amount is null, and "errors" says why.
    3. As rep@demo.test, move one of your own deals to its next stage, then try one of rep2's.

  Ctrl-C stops it. The data stays; npm run db:reset throws it away.
`;
}
