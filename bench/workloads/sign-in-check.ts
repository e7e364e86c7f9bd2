import type { Workload } from './workload.ts';

/**
 * What every request costs besides its own work: HTTP, the session with its roles, teams and grants, the log. Without a
 * session to look up, the others answer from memory.
 */
export const signInCheck: Workload = {
  name: 'sign-in',
  title: 'Sign-in check: a request that asks for nothing else',
  samples: () => [{}],
  floor: { constant: '{"data":{}}' },
  gatehouse: { query: '{ viewer { workspace { slug } } }' },
  postgraphile: { query: '{ __typename }' },
  keystone: { query: '{ __typename }' },
  isIncomparable: true,
};
