import { everything, grant, policy } from '../grants.ts';

/** One's own account is read by oneself; other people's by those who administer the workspace. */
export const memberPolicy = policy('member', {
  OWNER: [everything('any')],
  ADMIN: [everything('any')],
  MANAGER: [grant(['read'], 'any', []), grant(['read'], 'own', ['account'])],
  REP: [grant(['read'], 'any', []), grant(['read'], 'own', ['account'])],
  VIEWER: [grant(['read'], 'any', []), grant(['read'], 'own', ['account'])],
});

/** Managers invite only where the workspace's settings let them (src/services/invitation/invite-rights.ts). */
export const invitationPolicy = policy('invitation', {
  OWNER: [everything('any')],
  ADMIN: [everything('any')],
  MANAGER: [grant(['read', 'create'], 'any', [])],
});

export const workspacePolicy = policy('workspace', {
  OWNER: [everything('any'), grant(['transfer'], 'any', [])],
  ADMIN: [everything('any')],
  MANAGER: [grant(['read'], 'any', [])],
  REP: [grant(['read'], 'any', [])],
  VIEWER: [grant(['read'], 'any', [])],
});

export const rolePolicy = policy('role', {
  OWNER: [everything('any'), grant(['assignOwner'], 'any', [])],
  ADMIN: [everything('any')],
});

export const apiKeyPolicy = policy('apiKey', { OWNER: [everything('any')], ADMIN: [everything('any')] });
export const auditPolicy = policy('audit', { OWNER: [everything('any')], ADMIN: [everything('any')] });
export const securityLogPolicy = policy('securityLog', { OWNER: [everything('any')], ADMIN: [everything('any')] });
export const mailPolicy = policy('mail', { OWNER: [everything('any')], ADMIN: [everything('any')] });
export const mailSuppressionPolicy = policy(
  'mailSuppression', { OWNER: [everything('any')], ADMIN: [everything('any')] });
export const mailTemplatePolicy = policy('mailTemplate', { OWNER: [everything('any')], ADMIN: [everything('any')] });
export const jobPolicy = policy('job', { OWNER: [everything('any')], ADMIN: [everything('any')] });
export const accessPolicy = policy('access', { OWNER: [everything('any')], ADMIN: [everything('any')] });
