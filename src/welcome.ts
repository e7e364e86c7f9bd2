import type { SignIn } from './http/graphiql.ts';
import { devMailPath } from './pages/dev-mail.ts';

/** What a person sees once everything runs. Without sign-ins there is no demo, and a workspace is to be made first. */
export function welcome(url: string, signIns: readonly SignIn[], isMailSent: boolean): string {
  const graphiql = `${url}/graphql`;
  const mails = isMailSent ? 'Mails go out by SMTP_URL. Their templates' : 'Mails are caught, not sent. Read them';
  const mailPage = `${url}${devMailPath}${isMailSent ? '/templates' : ''}`;
  if (signIns.length === 0) {
    return `
Gatehouse is running. Open GraphiQL: ${graphiql}
${mails}: ${mailPage}

  To begin, make a workspace and its owner:
    npm run workspace:create -- --slug acme --owner you@example.com

  Ctrl-C stops it.
`;
  }
  const width = Math.max(...signIns.map(({ email }) => email.length));
  return `
Gatehouse is running. Open GraphiQL: ${graphiql}
${mails}: ${mailPage}

  Sign in as one of these; the password is always ${signIns[0]!.password}
${signIns.map(({ email, description }) => `    ${email.padEnd(width)}  ${description}`).join('\n')}

  Three things to try
    1. As manager@demo.test, run the tab Board: the open deals of one team, with their amounts.
    2. As viewer@demo.test, run it again: more deals, each amount null, and "errors" names the missing permission.
    3. As rep@demo.test, run it: one's own deals alone. Then run CreateDeal twice: there is one new deal, not two.

  Ctrl-C stops it. The data stays; npm run db:reset throws it away.
`;
}
