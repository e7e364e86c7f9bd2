import { everything, grant, policy } from '../grants.ts';

/** Besides these, an activity is read by whoever can read a record it is on: see reach.ts. */
export const activityPolicy = policy('activity', {
  OWNER: [everything('any')],
  ADMIN: [everything('any')],
  MANAGER: [everything('team')],
  REP: [grant(['read', 'create', 'update', 'share'], 'own', ['contactDetails', 'financial', 'internal'])],
  VIEWER: [grant(['read'], 'any', [])],
});
