import { lists } from './tables.ts';

/*
 * Who gets past the gate of each root field, written by hand from the product rules; on whose records it then works is
 * in rules.ts. `ALL` are the five built-in roles. A root field without its line fails test/access/matrix/lines.test.ts.
 */
const names = lists(`
  ALL        OWNER ADMIN MANAGER REP VIEWER
  WRITERS    OWNER ADMIN MANAGER REP
  LEADERS    OWNER ADMIN MANAGER
  KEEPERS    OWNER ADMIN
  OWNERS     OWNER
  SIGNED_IN  OWNER ADMIN MANAGER REP VIEWER NONE
  ANYBODY    OWNER ADMIN MANAGER REP VIEWER NONE nobody
`);

const lines = lists(`
  Query.viewer             ANYBODY
  Query.search             SIGNED_IN
  Query.node               SIGNED_IN
  Query.nodes              SIGNED_IN
  Query.accessExplain      SIGNED_IN
  Query.company            ALL
  Query.companies          ALL
  Query.contact            ALL
  Query.contacts           ALL
  Query.lead               ALL
  Query.leads              ALL
  Query.deal               ALL
  Query.deals              ALL
  Query.activity           ALL
  Query.activities         ALL
  Query.product            ALL
  Query.products           ALL
  Query.pipeline           ALL
  Query.pipelines          ALL
  Query.pipelineChangePlan  KEEPERS
  Query.pipelineSummary    ALL
  Query.pipelineFlow       ALL
  Query.forecast           WRITERS
  Query.exchangeRate       ALL
  Query.exchangeRates      ALL
  Query.stage              ALL
  Query.tag                ALL
  Query.tags               ALL
  Query.team               ALL
  Query.teams              ALL
  Query.member             ALL
  Query.members            ALL
  Query.invitation         LEADERS
  Query.invitations        LEADERS
  Query.securitySettings   KEEPERS
  Query.apiKey             KEEPERS
  Query.apiKeys            KEEPERS
  Query.deadJob            KEEPERS
  Query.deadJobs           KEEPERS
  Query.waitingJobs        KEEPERS
  Query.securityEvent      KEEPERS
  Query.securityEvents     KEEPERS
  Query.role               KEEPERS
  Query.roles              KEEPERS
  Query.whoCanAccess       KEEPERS
  Query.mail               KEEPERS
  Query.mails              KEEPERS
  Query.mailSuppression    KEEPERS
  Query.mailSuppressions   KEEPERS
  Query.mailTemplate       KEEPERS
  Query.mailTemplates      KEEPERS
  Query.policyPreview      KEEPERS

  Mutation.signIn          ANYBODY
  Mutation.signOut         ANYBODY
  Mutation.signUp          ANYBODY
  Mutation.resendSignUp    ANYBODY
  Mutation.confirmSignUp   ANYBODY
  Mutation.requestPasswordReset  ANYBODY
  Mutation.setPassword     ANYBODY
  Mutation.jobReplay       KEEPERS
  Mutation.jobDismiss      KEEPERS
  Mutation.confirmEmail    ANYBODY
  Mutation.endSession      SIGNED_IN
  Mutation.signOutEverywhere  SIGNED_IN
  Mutation.switchWorkspace  SIGNED_IN
  Mutation.changePassword  SIGNED_IN
  Mutation.changeEmail     SIGNED_IN
  Mutation.deleteAccount   SIGNED_IN
  Mutation.companyCreate   WRITERS
  Mutation.companyUpdate   WRITERS
  Mutation.companyDelete   LEADERS
  Mutation.companyRestore  LEADERS
  Mutation.contactCreate   WRITERS
  Mutation.contactUpdate   WRITERS
  Mutation.contactDelete   LEADERS
  Mutation.contactRestore  LEADERS
  Mutation.leadCreate      WRITERS
  Mutation.leadUpdate      WRITERS
  Mutation.leadMove        WRITERS
  Mutation.leadConvert     WRITERS
  Mutation.leadUnconvert   WRITERS
  Mutation.leadConvertMany  LEADERS
  Mutation.leadMoveMany    LEADERS
  Mutation.leadDelete      LEADERS
  Mutation.leadRestore     LEADERS
  Mutation.dealCreate      WRITERS
  Mutation.dealUpdate      WRITERS
  Mutation.dealMove        WRITERS
  Mutation.dealMoveMany    LEADERS
  Mutation.dealDelete      LEADERS
  Mutation.dealRestore     LEADERS
  Mutation.activityCreate  WRITERS
  Mutation.activityUpdate  WRITERS
  Mutation.activityComplete  WRITERS
  Mutation.activityReopen  WRITERS
  Mutation.activityDelete  LEADERS
  Mutation.activityRestore  LEADERS
  Mutation.recordShare     WRITERS
  Mutation.recordUnshare   WRITERS
  Mutation.tagAdd          WRITERS
  Mutation.tagRemove       WRITERS
  Mutation.tagCreate       LEADERS
  Mutation.tagUpdate       LEADERS
  Mutation.tagDelete       LEADERS
  Mutation.tagRestore      LEADERS
  Mutation.productCreate   KEEPERS
  Mutation.productUpdate   KEEPERS
  Mutation.productDelete   KEEPERS
  Mutation.productRestore  KEEPERS
  Mutation.exchangeRateCreate  KEEPERS
  Mutation.exchangeRateUpdate  KEEPERS
  Mutation.exchangeRateDelete  KEEPERS
  Mutation.exchangeRateRestore  KEEPERS
  Mutation.pipelineCreate  KEEPERS
  Mutation.pipelineUpdate  KEEPERS
  Mutation.pipelineChange  KEEPERS
  Mutation.pipelineDelete  KEEPERS
  Mutation.pipelineRestore  KEEPERS
  Mutation.stageCreate     KEEPERS
  Mutation.stageUpdate     KEEPERS
  Mutation.stageDelete     KEEPERS
  Mutation.stageRestore    KEEPERS
  Mutation.teamCreate      KEEPERS
  Mutation.teamUpdate      KEEPERS
  Mutation.teamDelete      KEEPERS
  Mutation.teamRestore     KEEPERS
  Mutation.memberUpdate    KEEPERS
  Mutation.memberSuspend   KEEPERS
  Mutation.memberReactivate  KEEPERS
  Mutation.memberRemove    KEEPERS
  Mutation.invitationCreate  LEADERS
  Mutation.invitationResend  KEEPERS
  Mutation.invitationRevoke  KEEPERS
  Mutation.acceptInvitation  ANYBODY
  Mutation.securitySettingsUpdate  KEEPERS
  Mutation.ownershipTransfer  OWNERS
  Mutation.apiKeyCreate    KEEPERS
  Mutation.apiKeyRevoke    KEEPERS
  Mutation.roleCreate      KEEPERS
  Mutation.roleUpdate      KEEPERS
  Mutation.roleDelete      KEEPERS
  Mutation.mailResend      KEEPERS
  Mutation.mailReport      KEEPERS
  Mutation.mailSuppressionCreate  KEEPERS
  Mutation.mailSuppressionDelete  KEEPERS
  Mutation.mailTemplateUpdate  KEEPERS
  Mutation.mailTemplateReset  KEEPERS
`);

/** Who may ask: `Query.deal` → names of roles, `NONE` for a member without any, `nobody` for who is not signed in. */
export const mayAsk: ReadonlyMap<string, readonly string[]> = new Map(
  [...lines].map(([field, words]) => [field, words.flatMap((word) => names.get(word)!)]));
