import { everything, grant, policy } from '../grants.ts';

export const companyPolicy = policy('company', {
  OWNER: [everything('any')],
  ADMIN: [everything('any')],
  MANAGER: [
    grant(['read'], 'any', []),
    grant(
      ['read', 'create', 'update', 'assign', 'share', 'delete', 'restore', 'import', 'export', 'bulk', 'merge'], 'team',
      ['contactDetails', 'financial', 'internal'],
    ),
  ],
  REP: [
    grant(['read'], 'any', []),
    grant(['read', 'create', 'update', 'share'], 'own', ['contactDetails', 'financial', 'internal']),
  ],
  VIEWER: [grant(['read'], 'any', [])],
});
