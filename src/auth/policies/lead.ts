import { everything, grant, policy } from '../grants.ts';

export const leadPolicy = policy('lead', {
  OWNER: [everything('any'), grant(['moveAgainstRules', 'createClosed', 'backdate'], 'any', [])],
  ADMIN: [everything('any'), grant(['moveAgainstRules', 'createClosed', 'backdate'], 'any', [])],
  MANAGER: [everything('team')],
  REP: [
    grant(
      ['read', 'create', 'update', 'move', 'close', 'convert', 'share'], 'own',
      ['contactDetails', 'financial', 'internal'],
    ),
  ],
  VIEWER: [grant(['read'], 'any', [])],
});
