import type { BuiltInRole, Grant, Policy } from '../grants.ts';
import type { Noun } from '../nouns.ts';
import { activityPolicy } from './activity.ts';
import * as administration from './administration.ts';
import * as catalogue from './catalogue.ts';
import { companyPolicy } from './company.ts';
import { contactPolicy } from './contact.ts';
import { dealPolicy } from './deal.ts';
import { leadPolicy } from './lead.ts';

/** Every noun's policy. A noun without one does not compile. */
const policies: { [N in Noun]: Policy<N> } = {
  company: companyPolicy,
  contact: contactPolicy,
  lead: leadPolicy,
  deal: dealPolicy,
  activity: activityPolicy,
  product: catalogue.productPolicy,
  pipeline: catalogue.pipelinePolicy,
  stage: catalogue.stagePolicy,
  exchangeRate: catalogue.exchangeRatePolicy,
  tag: catalogue.tagPolicy,
  team: catalogue.teamPolicy,
  member: administration.memberPolicy,
  invitation: administration.invitationPolicy,
  role: administration.rolePolicy,
  apiKey: administration.apiKeyPolicy,
  workspace: administration.workspacePolicy,
  audit: administration.auditPolicy,
  securityLog: administration.securityLogPolicy,
  mail: administration.mailPolicy,
  mailSuppression: administration.mailSuppressionPolicy,
  mailTemplate: administration.mailTemplatePolicy,
  job: administration.jobPolicy,
  access: administration.accessPolicy,
};

/** All grants of a built-in role. */
export function builtInGrants(role: BuiltInRole): Grant[] {
  return Object.values(policies).flatMap((each) => each.grants[role] ?? []);
}
