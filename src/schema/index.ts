// Imports only: each file adds its noun to the builder.
import './scalars.ts';
import './errors.ts';
import './node.ts';
import './role.ts';
import './team.ts';
import './member.ts';
import './viewer.ts';
import './api-key.ts';
import './security-log.ts';
import './dead-job.ts';
import './identity.ts';
import './account.ts';
import './stage.ts';
import './pipeline.ts';
import './exchange-rate.ts';
import './forecast.ts';
import './product.ts';
import './tag.ts';
import './share.ts';
import './company.ts';
import './contact.ts';
import './lead.ts';
import './deal.ts';
import './lead-convert.ts';
import './activity.ts';
import './pipeline-flow.ts';
import './pipeline-summary.ts';
import './mail.ts';
import './mail-suppression.ts';
import './mail-template.ts';
import './search.ts';
import './access-explain.ts';
import './policy-preview.ts';
import { builder } from './builder.ts';
import { guardSchema } from './guard.ts';

/** The one executable schema, with the policy on it. */
export const schema = guardSchema(builder.toSchema());
