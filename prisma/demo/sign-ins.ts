import type { BuiltInRole } from '../../src/auth/grants.ts';
import type { SignIn } from '../../src/http/graphiql.ts';
import { demoPassword, demoPeople, rivalOwner } from './people.ts';

const duties: Record<BuiltInRole, string> = {
  OWNER: 'owner of the workspace',
  ADMIN: 'administrator',
  MANAGER: 'manager',
  REP: 'sales representative',
  VIEWER: 'may read what every member may read',
};

/** The demo's people, as a start prints them and GraphiQL offers them. */
export const demoSignIns: readonly SignIn[] = [
  ...demoPeople.map(({ email, role, team }) => ({
    email, password: demoPassword, description: duties[role] + (team ? ` in the team ${team}` : ''),
  })),
  { email: rivalOwner.email, password: demoPassword, description: 'owner of another workspace' },
];
