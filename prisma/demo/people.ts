import type { BuiltInRole } from '../../src/auth/grants.ts';

export const demoPassword = 'demo-password-1';

/** Who can sign in to the demo. */
export const demoPeople: readonly {
  email: string; name: string; role: BuiltInRole; team: 'Sales' | 'North' | 'South' | null;
}[] = [
  { email: 'owner@demo.test', name: 'Olivia Owner', role: 'OWNER', team: null },
  { email: 'admin@demo.test', name: 'Adam Admin', role: 'ADMIN', team: null },
  { email: 'manager@demo.test', name: 'Maya Manager', role: 'MANAGER', team: 'North' },
  { email: 'rep@demo.test', name: 'Rita Rep', role: 'REP', team: 'North' },
  { email: 'rep2@demo.test', name: 'Rafael Rep', role: 'REP', team: 'South' },
  { email: 'viewer@demo.test', name: 'Vera Viewer', role: 'VIEWER', team: null },
];

export const rivalOwner = { email: 'owner@rival.test', name: 'Ragnar Rival' } as const;
