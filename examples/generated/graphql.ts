/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** What a step of the reasoning is about. */
export type AccessReasonKind =
  /** The record is in the bin, or for restoring is not. */
  | 'DELETED'
  /** A grant of a role, with its reach. */
  | 'GRANT'
  /** A record that an activity is on. */
  | 'LINKED_RECORD'
  /** No role gives the permission. */
  | 'NO_GRANT'
  /** The record is one of the workspace. */
  | 'RECORD'
  /** A share of the record. */
  | 'SHARE'
  /** The member cannot read the record, which every change of it needs. */
  | 'UNREADABLE';

/** What kind of activity it is. */
export type ActivityKind =
  /** A call. */
  | 'CALL'
  /** An e-mail. */
  | 'EMAIL'
  /** A meeting. */
  | 'MEETING'
  /** A note. */
  | 'NOTE'
  /** Something to be done, with a due date. */
  | 'TASK';

/** A stage as it is to be. What is absent stays as it is. */
export type ChangedStageInput = {
  /** Roles that may move records into it: replaces the list. At most 50; empty: all. */
  enterRoleIds?: Array<string | number> | null | undefined;
  /** A stage of the pipeline; absent for a new one. */
  id?: string | number | null | undefined;
  /** Whether a record enters with one of the reasons only. */
  isReasonRequired?: boolean | null | undefined;
  /** Roles that may move records out of it: replaces the list. At most 50; empty: all. */
  leaveRoleIds?: Array<string | number> | null | undefined;
  /** What it is called; 1 to 200 characters, unique in the pipeline. A new one needs it. */
  name?: string | null | undefined;
  /** Per cent, 0 to 100, of an open stage. WON has 100, LOST has 0. */
  probability?: number | null | undefined;
  /** Reasons to choose from: replaces the list; records keep the words they have. At most 100, each at most 200 characters. */
  reasons?: Array<string> | null | undefined;
  /** Names of fields that a record has on entry; replaces the list. Deals: amount, expectedCloseOn, company, owner, source, notes, lossReason, contacts, lines. Leads: firstName, lastName, companyName, jobTitle, email, phone, city, country, source, notes, score, amount, company, owner, lossReason. */
  requiredFields?: Array<string> | null | undefined;
  /** What it means to be there; OPEN when a new one does not say. */
  status?: StageStatus | null | undefined;
  /** Stages that are not in the list, and mean the same: their records, the bin included, come here. */
  takesFromIds?: Array<string | number> | null | undefined;
};

/** Why a conversion cannot be taken back. */
export type ConversionSettledReason =
  /** It has changed since. */
  | 'CHANGED'
  /** The conversion made it, and something hangs on it. */
  | 'IN_USE'
  /** It is in the bin, or out of the caller's reach. */
  | 'OUT_OF_REACH';

/** A contact's part in a deal. */
export type DealContactInput = {
  /** The contact. */
  contactId: string | number;
  /** Such as `decision maker`; at most 100 characters. */
  role?: string | null | undefined;
};

/** A new deal. */
export type DealCreateInput = {
  /** What it is worth. */
  amount?: MoneyInput | null | undefined;
  /** Who might buy. */
  companyId?: string | number | null | undefined;
  /** All people involved: replaces the list. At most 100. */
  contacts?: Array<DealContactInput> | null | undefined;
  /** When it is expected to close. */
  expectedCloseOn?: string | null | undefined;
  /** All its ids in other systems: replaces the list. At most 20. */
  externalReferences?: Array<ExternalReferenceInput> | null | undefined;
  /** What a forecast makes of it, set by hand: OMITTED, PIPELINE, BEST_CASE or COMMIT; CLOSED is nothing that anybody sets. null takes the stage's again. */
  forecastCategory?: ForecastCategory | null | undefined;
  /** Makes sending this again harmless for 48 hours: the same key gets the same answer. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** All that is sold: replaces the list. At most 200. */
  lines?: Array<DealLineInput> | null | undefined;
  /** Why it was lost; with a stage that means lost. At most 200 characters. */
  lossReason?: string | null | undefined;
  /** Internal notes; at most 20,000 characters. */
  notes?: string | null | undefined;
  /** Whose deal it is; on creation you, when absent. */
  ownerId?: string | number | null | undefined;
  /** Per cent, 0 to 100, set by hand; null takes the stage's again. */
  probability?: number | null | undefined;
  /** Where it came from; at most 200 characters. */
  source?: string | null | undefined;
  /** Its stage; the first of the first pipeline when absent. A closed one needs `deal.createClosed`. */
  stageId?: string | number | null | undefined;
  /** One of the reasons that the stage has to choose from, in its words. */
  stageReason?: string | null | undefined;
  /** The team that looks after it while it has no owner. */
  teamId?: string | number | null | undefined;
  /** What it is called; 1 to 500 characters. */
  title: string;
};

/** A product on a deal. */
export type DealLineInput = {
  /** What is sold; the product's name when absent. At most 500 characters. */
  description?: string | null | undefined;
  /** Per cent taken off, 0 to 100. */
  discountPercent?: string | null | undefined;
  /** A product of the catalogue. */
  productId?: string | number | null | undefined;
  /** How many; 1 when absent. */
  quantity?: string | null | undefined;
  /** Price of one, in minor units of the deal's currency. */
  unitPriceMinor: string;
};

/** A move of a deal to another stage of its pipeline. What the stage asks for can come with it. */
export type DealMoveInput = {
  /** What it is worth. */
  amount?: MoneyInput | null | undefined;
  /** Who might buy. */
  companyId?: string | number | null | undefined;
  /** All people involved: replaces the list. At most 100. */
  contacts?: Array<DealContactInput> | null | undefined;
  /** When it is expected to close. */
  expectedCloseOn?: string | null | undefined;
  /** What a forecast makes of it, set by hand: OMITTED, PIPELINE, BEST_CASE or COMMIT; CLOSED is nothing that anybody sets. null takes the stage's again. */
  forecastCategory?: ForecastCategory | null | undefined;
  /** The deal. */
  id: string | number;
  /** Makes sending this again harmless for 48 hours: the same key gets the same answer. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** All that is sold: replaces the list. At most 200. */
  lines?: Array<DealLineInput> | null | undefined;
  /** Why it was lost; with a stage that means lost. At most 200 characters. */
  lossReason?: string | null | undefined;
  /** Internal notes; at most 20,000 characters. */
  notes?: string | null | undefined;
  /** Per cent, 0 to 100, set by hand; null takes the stage's again. */
  probability?: number | null | undefined;
  /** Why rules of the stages are set aside, which needs `deal.moveAgainstRules`; kept in audit and ledger. Without a broken rule it is not looked at. At most 500 characters. */
  reason?: string | null | undefined;
  /** Where it came from; at most 200 characters. */
  source?: string | null | undefined;
  /** When it was moved, where that is written down later: after its last move. Needs `deal.backdate`; the ledger marks the entry as backdated. */
  stageEnteredAt?: string | null | undefined;
  /** Where it goes. */
  stageId: string | number;
  /** One of the reasons that the stage has to choose from, in its words. */
  stageReason?: string | null | undefined;
  /** The version it was read with; another answers VERSION_CONFLICT. */
  version: number;
};

/** One move of many. */
export type DealMoveItemInput = {
  /** What it is worth. */
  amount?: MoneyInput | null | undefined;
  /** Who might buy. */
  companyId?: string | number | null | undefined;
  /** All people involved: replaces the list. At most 100. */
  contacts?: Array<DealContactInput> | null | undefined;
  /** When it is expected to close. */
  expectedCloseOn?: string | null | undefined;
  /** What a forecast makes of it, set by hand: OMITTED, PIPELINE, BEST_CASE or COMMIT; CLOSED is nothing that anybody sets. null takes the stage's again. */
  forecastCategory?: ForecastCategory | null | undefined;
  /** The deal. */
  id: string | number;
  /** All that is sold: replaces the list. At most 200. */
  lines?: Array<DealLineInput> | null | undefined;
  /** Why it was lost; with a stage that means lost. At most 200 characters. */
  lossReason?: string | null | undefined;
  /** Internal notes; at most 20,000 characters. */
  notes?: string | null | undefined;
  /** Per cent, 0 to 100, set by hand; null takes the stage's again. */
  probability?: number | null | undefined;
  /** Why rules of the stages are set aside, which needs `deal.moveAgainstRules`; kept in audit and ledger. Without a broken rule it is not looked at. At most 500 characters. */
  reason?: string | null | undefined;
  /** Where it came from; at most 200 characters. */
  source?: string | null | undefined;
  /** When it was moved, where that is written down later: after its last move. Needs `deal.backdate`; the ledger marks the entry as backdated. */
  stageEnteredAt?: string | null | undefined;
  /** Where it goes. */
  stageId: string | number;
  /** One of the reasons that the stage has to choose from, in its words. */
  stageReason?: string | null | undefined;
  /** The version it was read with; another answers VERSION_CONFLICT. */
  version: number;
};

/** Many at once, in one transaction. Those that are refused change nothing; the others are done. */
export type DealMoveManyInput = {
  /** True tells what would become of each, and changes nothing. */
  dryRun?: boolean | null | undefined;
  /** Makes sending this again harmless for 48 hours: the same key gets the same answer. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** What is to be done: at most 200. */
  moves: Array<DealMoveItemInput>;
};

/** The id that a record has in another system. */
export type ExternalReferenceInput = {
  /** The record's id there; 1 to 255 characters. TAKEN when another record has it. */
  key: string;
  /** The other system, such as `salesforce`; 1 to 100 characters. */
  source: string;
};

/** What a forecast makes of a deal. */
export type ForecastCategory =
  /** If things go well. */
  | 'BEST_CASE'
  /** Won. Nobody sets this: it follows from the stage. */
  | 'CLOSED'
  /** To be counted on. */
  | 'COMMIT'
  /** Left out; all that are lost. */
  | 'OMITTED'
  /** Not to be counted on yet. */
  | 'PIPELINE';

/** What has become of an invitation. */
export type InvitationStatus =
  /** The person is a member. */
  | 'ACCEPTED'
  /** Its link is too old; it can be sent again. */
  | 'EXPIRED'
  /** It was taken back. */
  | 'REVOKED'
  /** Its link can be used. */
  | 'WAITING';

/** Who may invite, of those whose roles give `invitation.create`. */
export type Inviters =
  /** Who may make members: owners and administrators, unless roles of one's own say more. */
  | 'ADMINS'
  /** Managers too, into their own team and those below it, with roles that go no further than theirs. */
  | 'LEADERS'
  /** Owners alone. */
  | 'OWNERS';

/** What a conversion wrote. */
export type LeadConversionPart =
  /** An activity that was moved. */
  | 'ACTIVITY'
  /** The company. */
  | 'COMPANY'
  /** The contact. */
  | 'CONTACT'
  /** The deal. */
  | 'DEAL';

/** A kind of record that a lead becomes. */
export type LeadTarget =
  /** A company. */
  | 'COMPANY'
  /** A contact. */
  | 'CONTACT'
  /** A deal. */
  | 'DEAL';

/** What happened to a mail. */
export type MailEventKind =
  /** An attempt began. Without an entry of the same number behind it, it was cut off. */
  | 'ATTEMPT'
  /** Its address takes no mail; said at once, or reported later. */
  | 'BOUNCED'
  /** Its reader has complained of it. */
  | 'COMPLAINT'
  /** The mail server did not take it for now, or could not be reached. */
  | 'DEFERRED'
  /** It was not tried, for its link had stopped working. */
  | 'EXPIRED'
  /** It was given up. */
  | 'FAILED'
  /** It was queued, or queued again. */
  | 'QUEUED'
  /** The mail server refused it for good. */
  | 'REFUSED'
  /** The mail server took it. */
  | 'SENT'
  /** It was not tried, for its address is on the suppression list. */
  | 'SUPPRESSED';

/** What has become of a mail. */
export type MailStatus =
  /** Its address takes no mail, and gets no more. */
  | 'BOUNCED'
  /** Its link had stopped working before it could be sent. */
  | 'EXPIRED'
  /** It was given up: after its last attempt, or because no text could be made of it. */
  | 'FAILED'
  /** It waits for its first attempt, or for the next. */
  | 'QUEUED'
  /** The mail server has refused it for good, and not because of the address. */
  | 'REFUSED'
  /** The mail server has taken it. */
  | 'SENT'
  /** Its address is on the suppression list. */
  | 'SUPPRESSED';

/** Why an address gets no mail. */
export type MailSuppressionReason =
  /** A mail server said that the address takes none. Nothing is sent to it. */
  | 'BOUNCE'
  /** Its reader has complained. Mail about his own account is still sent. */
  | 'COMPLAINT'
  /** Somebody has put it there. Mail about the reader's own account is still sent. */
  | 'MANUAL';

/** An amount of money. */
export type MoneyInput = {
  /** Integer minor units: "1250" with EUR is EUR 12.50. */
  amountMinor: string;
  /** ISO 4217 code; the workspace's default when absent. */
  currency?: string | null | undefined;
};

/** A pipeline as it is to be. */
export type PipelineChangeInput = {
  /** True checks it and changes nothing. */
  dryRun?: boolean | null | undefined;
  /** The pipeline. */
  id: string | number;
  /** Makes sending this again harmless for 48 hours: the same key gets the same answer. At most 255 characters. */
  idempotencyKey?: string | null | undefined;
  /** Why rules of the stages are set aside for the records that move, which needs `moveAgainstRules`. At most 500 characters. */
  reason?: string | null | undefined;
  /** All stages that stay or come, in their order, open ones first; at most 100. Those of the pipeline that are not here are retired. */
  stages: Array<ChangedStageInput>;
  /** The version it was read with; another answers VERSION_CONFLICT. */
  version: number;
};

/** Which records a grant covers. */
export type Reach =
  /** All of the workspace. */
  | 'ANY'
  /** Those whose owner one is. */
  | 'OWN'
  /** Those whose owner is in one's team or below it, and one's own. */
  | 'TEAM';

/** What counts as a sign of life of a record, besides its move into the stage. */
export type RotClock =
  /** What its owner has done on it: a task completed, any other activity that has happened. */
  | 'OWNER_ACTIVITY'
  /** Nothing else: only moving it. */
  | 'STAGE_CHANGE'
  /** A call or a meeting on it that has taken place, whoever had it. */
  | 'TWO_WAY_CONTACT';

/** What happened, by the names of the OWASP Logging Vocabulary. */
export type SecurityEventType =
  /** A sign-in was refused: wrong password, or no membership. */
  | 'AUTHN_LOGIN_FAIL'
  /** Sign-ins to the account wait after too many wrong passwords. */
  | 'AUTHN_LOGIN_LOCK'
  /** Somebody signed in. */
  | 'AUTHN_LOGIN_SUCCESS'
  /** A password was set or changed. */
  | 'AUTHN_PASSWORD_CHANGE'
  /** A change of password was refused. */
  | 'AUTHN_PASSWORD_CHANGE_FAIL'
  /** A key, an invitation or another link was made. */
  | 'AUTHN_TOKEN_CREATED'
  /** A key or link that works no more was tried again. */
  | 'AUTHN_TOKEN_REUSE'
  /** A key, an invitation or another link was taken back. */
  | 'AUTHN_TOKEN_REVOKED'
  /** A rule was bypassed, or the workspace's security settings were changed. */
  | 'AUTHZ_ADMIN'
  /** A role was given to a member or taken away. */
  | 'AUTHZ_CHANGE'
  /** Something was asked for that the roles or the key do not allow. */
  | 'AUTHZ_FAIL'
  /** Somebody tried something too often. */
  | 'EXCESS_RATE_LIMIT_EXCEEDED'
  /** What a role allows was changed, or the workspace got another owner. */
  | 'PRIVILEGE_PERMISSIONS_CHANGED'
  /** A session began. */
  | 'SESSION_CREATED'
  /** Sessions were ended: by signing out, from the list of sessions, or all of them at once. */
  | 'SESSION_ENDED'
  /** A session ended because it was not used, or because it was too old. */
  | 'SESSION_EXPIRED'
  /** A session got a new secret, or another workspace. */
  | 'SESSION_RENEWED'
  /** A member was suspended. */
  | 'USER_ARCHIVED'
  /** A member joined. */
  | 'USER_CREATED'
  /** A member was removed, or an account was deleted. */
  | 'USER_DELETED'
  /** A suspended or removed member was taken in again. */
  | 'USER_REACTIVATED'
  /** An account was changed: its address, its name, its team. */
  | 'USER_UPDATED';

/** What a change of a pipeline does to a stage. */
export type StageAction =
  /** It stays, and something of it changes. */
  | 'CHANGE'
  /** It is new. */
  | 'CREATE'
  /** It stays as it is, wherever it stands. */
  | 'KEEP'
  /** Nothing enters it any more; its records go elsewhere. */
  | 'RETIRE';

/** A way past a stage. */
export type StageDirection =
  /** Into the stage. */
  | 'ENTER'
  /** Out of the stage. */
  | 'LEAVE';

/** What it means to be in a stage. */
export type StageStatus =
  /** Closed, and lost. */
  | 'LOST'
  /** Still going on. */
  | 'OPEN'
  /** Closed, and won. */
  | 'WON';

export type BoardQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type BoardQuery = { deals: { totalCount: number, nodes: Array<{ id: string, title: string | null, expectedCloseOn: string | null, amount: { amountMinor: string, currency: string } | null, stage: { name: string | null, probability: number | null } | null, company: { id: string, name: string | null } | null, owner: { name: string | null } | null, activities: { nodes: Array<{ kind: ActivityKind | null, subject: string | null, happensAt: string | null, dueAt: string | null }> } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type DealPageQueryVariables = Exact<{
  id: string | number;
}>;


export type DealPageQuery = { deal: { id: string, title: string | null, version: number | null, probability: number | null, notes: string | null, amount: { amountMinor: string, currency: string } | null, weightedAmount: { amountMinor: string, currency: string } | null, stage: { id: string, name: string | null, status: StageStatus | null, nextStages: Array<{ id: string, name: string | null }> | null } | null, pipeline: { name: string | null, stages: Array<{ id: string, name: string | null, status: StageStatus | null }> | null } | null, company: { id: string, name: string | null, city: string | null, country: string | null, phone: string | null } | null, owner: { id: string, name: string | null } | null, contacts: Array<{ role: string | null, contact: { id: string, fullName: string | null, emails: Array<{ address: string | null, isPrimary: boolean | null }> | null } | null }> | null, lines: Array<{ description: string | null, quantity: string | null, unitPriceMinor: string | null, discountPercent: string | null, product: { name: string | null } | null }> | null, stageChanges: Array<{ enteredAt: string | null, fromStage: { name: string | null } | null, toStage: { name: string | null } | null, movedBy: { name: string | null } | null }> | null, tags: Array<{ name: string | null, color: string | null }> | null, activities: { totalCount: number, nodes: Array<{ id: string, kind: ActivityKind | null, subject: string | null, body: string | null, happensAt: string | null, dueAt: string | null, completedAt: string | null, owner: { name: string | null } | null }> } | null, viewerCan: { update: boolean, move: boolean, delete: boolean, share: boolean, assign: boolean } | null } | null };

export type CreateDealMutationVariables = Exact<{
  input?: DealCreateInput | null | undefined;
}>;


export type CreateDealMutation = { dealCreate: { deal: { id: string, version: number | null, title: string | null, stage: { name: string | null } | null, amount: { amountMinor: string, currency: string } | null, owner: { name: string | null } | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type MoveDealMutationVariables = Exact<{
  input: DealMoveInput;
}>;


export type MoveDealMutation = { dealMove: { deal: { id: string, version: number | null, probability: number | null, stage: { name: string | null } | null, stageChanges: Array<{ enteredAt: string | null, toStage: { name: string | null } | null }> | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { allowedStageIds: Array<string>, code: string, message: string, path: Array<string> }
      | { fieldNames: Array<string>, code: string, message: string, path: Array<string> }
      | { direction: StageDirection, code: string, message: string, path: Array<string> }
      | { currentVersion: number, code: string, message: string, path: Array<string> }
    > } | null };

export type MoveManyDealsMutationVariables = Exact<{
  input: DealMoveManyInput;
}>;


export type MoveManyDealsMutation = { dealMoveMany: { doneCount: number, refusedCount: number, results: Array<{ deal: { id: string, version: number | null, probability: number | null, stage: { name: string | null } | null } | null, userErrors: Array<
        | { code: string, message: string, path: Array<string> }
        | { code: string, message: string, path: Array<string> }
        | { code: string, message: string, path: Array<string> }
        | { code: string, message: string, path: Array<string> }
        | { allowedStageIds: Array<string>, code: string, message: string, path: Array<string> }
        | { fieldNames: Array<string>, code: string, message: string, path: Array<string> }
        | { direction: StageDirection, code: string, message: string, path: Array<string> }
        | { currentVersion: number, code: string, message: string, path: Array<string> }
      > }>, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type CompaniesWithOpenDealsQueryVariables = Exact<{ [key: string]: never; }>;


export type CompaniesWithOpenDealsQuery = { companies: { totalCount: number, nodes: Array<{ name: string | null, city: string | null, country: string | null, deals: { totalCount: number, nodes: Array<{ title: string | null, stage: { name: string | null } | null }> } | null, contacts: { nodes: Array<{ fullName: string | null, jobTitle: string | null }> } | null }> } | null };

export type WhyQueryVariables = Exact<{
  id: string | number;
  member?: string | number | null | undefined;
}>;


export type WhyQuery = { accessExplain: { isAllowed: boolean, permission: string, sql: string | null, reasons: Array<{ kind: AccessReasonKind, holds: boolean, text: string, role: string | null, reach: string | null }> } | null };

export type ForecastByMonthQueryVariables = Exact<{
  from?: string | null | undefined;
  to?: string | null | undefined;
  pipelineIds?: Array<string | number> | string | number | null | undefined;
}>;


export type ForecastByMonthQuery = { forecast: { currency: string, groups: Array<{ month: string | null, category: ForecastCategory | null, count: number, currenciesWithoutRate: Array<string> | null, sum: Array<{ amountMinor: string, currency: string }> | null, weightedConverted: { amountMinor: string, currency: string } | null }> } | null };

export type PipelineAsOfQueryVariables = Exact<{
  pipelineId: string | number;
  asOf: string;
}>;


export type PipelineAsOfQuery = { pipelineSummary: { stages: Array<{ count: number, stage: { id: string, name: string | null } | null, sum: Array<{ amountMinor: string, currency: string }> | null }> | null, open: { count: number } | null, won: { count: number } | null, lost: { count: number } | null } | null, pipelineFlow: Array<{ entered: number, left: number, medianSeconds: number | null, stage: { id: string, name: string | null } | null, next: Array<{ count: number, share: number, stage: { id: string, name: string | null } | null }> }> | null };

export type RottingDealsQueryVariables = Exact<{ [key: string]: never; }>;


export type RottingDealsQuery = { deals: { nodes: Array<{ id: string, title: string | null, stage: { name: string | null, rotAfterDays: number | null } | null, rotting: { isRotting: boolean, since: string, rotsAt: string, clock: RotClock } | null, stageTimes: Array<{ timesEntered: number | null, totalSeconds: number | null, stage: { name: string | null } | null }> | null }> } | null };

export type PlanAPipelineQueryVariables = Exact<{
  input: PipelineChangeInput;
}>;


export type PlanAPipelineQuery = { pipelineChangePlan: { movedCount: number, stages: Array<{ name: string, action: StageAction, recordCount: number | null, inBinCount: number | null, movesTo: string | null, stage: { id: string } | null }>, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { count: number, code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { fieldNames: Array<string>, code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type ChangeAPipelineMutationVariables = Exact<{
  input: PipelineChangeInput;
}>;


export type ChangeAPipelineMutation = { pipelineChange: { pipeline: { id: string, version: number | null, stages: Array<{ id: string, name: string | null, status: StageStatus | null, probability: number | null }> | null, retiredStages: Array<{ id: string, name: string | null }> | null } | null, stages: Array<{ name: string, action: StageAction, recordCount: number | null, movesTo: string | null }> | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type PlanConversionMutationVariables = Exact<{
  id: string | number;
  version: number;
}>;


export type PlanConversionMutation = { leadConvert: { plan: { creates: Array<LeadTarget>, fills: Array<{ target: LeadTarget, field: string, from: string }>, left: Array<{ target: LeadTarget, field: string, permission: string }>, moves: Array<{ id: string, subject: string | null }> | null, stays: Array<{ id: string, subject: string | null }> | null } | null, suggestions: { companies: Array<{ id: string, name: string | null, version: number | null }> | null, contacts: Array<{ id: string, fullName: string | null, version: number | null }> | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type ConvertLeadMutationVariables = Exact<{
  id: string | number;
  version: number;
  contactId: string | number;
  key?: string | null | undefined;
}>;


export type ConvertLeadMutation = { leadConvert: { lead: { id: string, version: number | null, convertedAt: string | null, convertedCompany: { id: string, name: string | null } | null, convertedContact: { id: string, fullName: string | null } | null, convertedDeal: { id: string, title: string | null } | null } | null, plan: { conflicts: Array<{ target: LeadTarget, field: string, from: string }>, left: Array<{ target: LeadTarget, field: string, permission: string }> } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { fieldNames: Array<string>, code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type TakeConversionBackMutationVariables = Exact<{
  id: string | number;
  version: number;
}>;


export type TakeConversionBackMutation = { leadUnconvert: { lead: { id: string, version: number | null, convertedAt: string | null, stage: { name: string | null } | null } | null, userErrors: Array<
      | { part: LeadConversionPart, reason: ConversionSettledReason, count: number | null, code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type SignUpMutationVariables = Exact<{
  email: string;
}>;


export type SignUpMutation = { signUp: { userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type ResendSignUpMutationVariables = Exact<{
  email: string;
}>;


export type ResendSignUpMutation = { resendSignUp: { userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type ConfirmSignUpMutationVariables = Exact<{
  token: string;
  password: string;
}>;


export type ConfirmSignUpMutation = { confirmSignUp: { token: string | null, viewer: { workspace: { slug: string | null } | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type SignInMutationVariables = Exact<{
  email: string;
  password: string;
}>;


export type SignInMutation = { signIn: { token: string | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type SessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionsQuery = { viewer: { sessions: Array<{ id: string, isCurrent: boolean, device: string, ipAddress: string | null, workspaceName: string, createdAt: string, lastSeenAt: string, expiresAt: string }>, workspaces: Array<{ slug: string, name: string }> } | null };

export type EndSessionMutationVariables = Exact<{
  id: string | number;
}>;


export type EndSessionMutation = { endSession: { userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type ChangePasswordMutationVariables = Exact<{
  password: string;
  newPassword: string;
}>;


export type ChangePasswordMutation = { changePassword: { token: string | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type ChangeEmailMutationVariables = Exact<{
  newEmail: string;
  password: string;
}>;


export type ChangeEmailMutation = { changeEmail: { userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type ConfirmEmailMutationVariables = Exact<{
  token: string;
}>;


export type ConfirmEmailMutation = { confirmEmail: { userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type RequestPasswordResetMutationVariables = Exact<{
  email: string;
}>;


export type RequestPasswordResetMutation = { requestPasswordReset: { userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type SetPasswordMutationVariables = Exact<{
  token: string;
  newPassword: string;
}>;


export type SetPasswordMutation = { setPassword: { userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type SwitchWorkspaceMutationVariables = Exact<{
  workspace: string;
}>;


export type SwitchWorkspaceMutation = { switchWorkspace: { token: string | null, viewer: { workspace: { slug: string | null } | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type SignOutEverywhereMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutEverywhereMutation = { signOutEverywhere: { userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { signOut: { userErrors: Array<
      | { code: string }
      | { code: string }
      | { code: string }
      | { code: string }
      | { code: string }
      | { code: string }
      | { code: string }
      | { code: string }
    > } | null };

export type DeleteAccountMutationVariables = Exact<{
  password: string;
}>;


export type DeleteAccountMutation = { deleteAccount: { userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type InviteMutationVariables = Exact<{
  email: string;
  teamId?: string | number | null | undefined;
}>;


export type InviteMutation = { invitationCreate: { invitation: { id: string, version: number | null, status: InvitationStatus | null, email: string | null, expiresAt: string | null, roles: Array<{ name: string | null }> | null, team: { name: string | null } | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type AcceptInvitationMutationVariables = Exact<{
  token: string;
  password: string;
}>;


export type AcceptInvitationMutation = { acceptInvitation: { viewer: { workspace: { name: string | null } | null, roles: Array<{ name: string }> } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type ResendInvitationMutationVariables = Exact<{
  id: string | number;
  version: number;
}>;


export type ResendInvitationMutation = { invitationResend: { invitation: { version: number | null, status: InvitationStatus | null, sentAt: string | null, expiresAt: string | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type RevokeInvitationMutationVariables = Exact<{
  id: string | number;
  version: number;
}>;


export type RevokeInvitationMutation = { invitationRevoke: { invitation: { version: number | null, status: InvitationStatus | null, revokedAt: string | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type SuspendMemberMutationVariables = Exact<{
  id: string | number;
  version: number;
}>;


export type SuspendMemberMutation = { memberSuspend: { member: { name: string | null, isActive: boolean | null, version: number | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type ReactivateMemberMutationVariables = Exact<{
  id: string | number;
  version: number;
}>;


export type ReactivateMemberMutation = { memberReactivate: { member: { name: string | null, isActive: boolean | null, version: number | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type RemoveMemberMutationVariables = Exact<{
  id: string | number;
  version: number;
  heir?: string | number | null | undefined;
  dryRun: boolean;
}>;


export type RemoveMemberMutation = { memberRemove: { member: { name: string | null, removedAt: string | null } | null, plan: { isInBackground: boolean, apiKeyCount: number | null, invitationCount: number | null, records: Array<{ noun: string, count: number }> } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type TransferOwnershipMutationVariables = Exact<{
  memberId: string | number;
  version: number;
}>;


export type TransferOwnershipMutation = { ownershipTransfer: { userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type SecuritySettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type SecuritySettingsQuery = { securitySettings: { sessionIdleMinutes: number, sessionLifetimeMinutes: number, inviters: Inviters, allowedEmailDomains: Array<string>, version: number } | null };

export type GuardWorkspaceMutationVariables = Exact<{
  version: number;
}>;


export type GuardWorkspaceMutation = { securitySettingsUpdate: { securitySettings: { sessionIdleMinutes: number, sessionLifetimeMinutes: number, inviters: Inviters, allowedEmailDomains: Array<string>, version: number } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type RefusedLatelyQueryVariables = Exact<{
  since: string;
}>;


export type RefusedLatelyQuery = { securityEvents: { totalCount: number, nodes: Array<{ at: string | null, type: SecurityEventType | null, detail: string | null, ipAddress: string | null, userAgent: string | null, member: { name: string | null } | null, subject: { name: string | null } | null, apiKey: { name: string | null, prefix: string | null } | null }> } | null };

export type MakeKeyMutationVariables = Exact<{ [key: string]: never; }>;


export type MakeKeyMutation = { apiKeyCreate: { token: string | null, apiKey: { id: string, version: number | null, prefix: string | null, expiresAt: string | null, grants: Array<{ noun: string | null, verb: string | null, reach: Reach | null, fieldGroups: Array<string> | null }> | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type RevokeKeyMutationVariables = Exact<{
  id: string | number;
  version: number;
}>;


export type RevokeKeyMutation = { apiKeyRevoke: { apiKey: { name: string | null, revokedAt: string | null, lastUsedAt: string | null, lastUsedFrom: string | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type MailsInTroubleQueryVariables = Exact<{ [key: string]: never; }>;


export type MailsInTroubleQuery = { mails: { totalCount: number, nodes: Array<{ id: string, version: number | null, template: string | null, toAddress: string | null, status: MailStatus | null, attempts: number | null, nextAttemptAt: string | null, lastAnswer: string | null, events: Array<{ kind: MailEventKind | null, at: string | null, attempt: number | null, answer: string | null }> | null }> } | null };

export type ResendMailMutationVariables = Exact<{
  id: string | number;
  version: number;
}>;


export type ResendMailMutation = { mailResend: { mail: { id: string, version: number | null, status: MailStatus | null, nextAttemptAt: string | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type ReportBounceMutationVariables = Exact<{
  messageId: string;
}>;


export type ReportBounceMutation = { mailReport: { mail: { id: string, status: MailStatus | null, toAddress: string | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type SuppressionListQueryVariables = Exact<{ [key: string]: never; }>;


export type SuppressionListQuery = { mailSuppressions: { totalCount: number, nodes: Array<{ id: string, version: number | null, address: string | null, reason: MailSuppressionReason | null, note: string | null, endsAt: string | null }> } | null };

export type StopMailToMutationVariables = Exact<{
  address: string;
}>;


export type StopMailToMutation = { mailSuppressionCreate: { mailSuppression: { id: string, version: number | null, address: string | null, reason: MailSuppressionReason | null } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type SendMailAgainToMutationVariables = Exact<{
  id: string | number;
  version: number;
}>;


export type SendMailAgainToMutation = { mailSuppressionDelete: { userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type WordsOfAnInvitationQueryVariables = Exact<{ [key: string]: never; }>;


export type WordsOfAnInvitationQuery = { mailTemplate: { version: number, isOverridden: boolean, wordsLocale: string, subject: string, body: string, hasLink: boolean, variables: Array<{ name: string, kind: string }>, preview: { subject: string, text: string } } | null };

export type OwnWordsForAnInvitationMutationVariables = Exact<{ [key: string]: never; }>;


export type OwnWordsForAnInvitationMutation = { mailTemplateUpdate: { mailTemplate: { version: number, isOverridden: boolean, preview: { subject: string, text: string } } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };

export type WriteDownARateMutationVariables = Exact<{
  currency: string;
  validOn: string;
  rate: unknown;
}>;


export type WriteDownARateMutation = { exchangeRateCreate: { exchangeRate: { id: string, version: number | null, currency: string | null, toCurrency: string | null, validOn: string | null, rate: unknown } | null, userErrors: Array<
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
      | { code: string, message: string, path: Array<string> }
    > } | null };


export const BoardDocument = {"__meta__":{"hash":"sha256:ba1d40dd1a279f298bcc45461135285e9d920ce99944260c2f50162ff5ed8398"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Board"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deals"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"stage"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"eq"},"value":{"kind":"EnumValue","value":"OPEN"}}]}}]}}]}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"field"},"value":{"kind":"EnumValue","value":"CREATED_AT"}},{"kind":"ObjectField","name":{"kind":"Name","value":"direction"},"value":{"kind":"EnumValue","value":"DESC"}}]}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"expectedCloseOn"}},{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"probability"}}]}},{"kind":"Field","name":{"kind":"Name","value":"company"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"owner"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"activities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"3"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"happensAt"}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<BoardQuery, BoardQueryVariables>;
export const DealPageDocument = {"__meta__":{"hash":"sha256:1a8f8b94150c9b41c41a1ba333e297206369bb9978a82fddf4b0d15b8b9e9134"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DealPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deal"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"weightedAmount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"probability"}},{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"nextStages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pipeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"stages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"company"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"country"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}}]}},{"kind":"Field","name":{"kind":"Name","value":"owner"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"contacts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"contact"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"emails"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"isPrimary"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"unitPriceMinor"}},{"kind":"Field","name":{"kind":"Name","value":"discountPercent"}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"stageChanges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"enteredAt"}},{"kind":"Field","name":{"kind":"Name","value":"fromStage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"toStage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"movedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"tags"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"color"}}]}},{"kind":"Field","name":{"kind":"Name","value":"notes"}},{"kind":"Field","name":{"kind":"Name","value":"activities"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"body"}},{"kind":"Field","name":{"kind":"Name","value":"happensAt"}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}},{"kind":"Field","name":{"kind":"Name","value":"completedAt"}},{"kind":"Field","name":{"kind":"Name","value":"owner"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"viewerCan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"update"}},{"kind":"Field","name":{"kind":"Name","value":"move"}},{"kind":"Field","name":{"kind":"Name","value":"delete"}},{"kind":"Field","name":{"kind":"Name","value":"share"}},{"kind":"Field","name":{"kind":"Name","value":"assign"}}]}}]}}]}}]} as unknown as DocumentNode<DealPageQuery, DealPageQueryVariables>;
export const CreateDealDocument = {"__meta__":{"hash":"sha256:35003ee5c6f97f568b782ea49a4c199402f0e8e506eb0a2b88672fa6a9d4ffd1"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateDeal"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DealCreateInput"}},"defaultValue":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"title"},"value":{"kind":"StringValue","value":"A gate for the harbour","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"amount"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"amountMinor"},"value":{"kind":"StringValue","value":"1250000","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"currency"},"value":{"kind":"StringValue","value":"EUR","block":false}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"StringValue","value":"example-1","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dealCreate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deal"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"amount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"owner"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<CreateDealMutation, CreateDealMutationVariables>;
export const MoveDealDocument = {"__meta__":{"hash":"sha256:0318cc651f7ccd716eb4540befc9655fd85293e1c11d81861ae193f60c38518f"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"MoveDeal"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DealMoveInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dealMove"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deal"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"probability"}},{"kind":"Field","name":{"kind":"Name","value":"stageChanges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"enteredAt"}},{"kind":"Field","name":{"kind":"Name","value":"toStage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VersionConflict"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"currentVersion"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StageNotAllowed"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"allowedStageIds"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StageRequirementsMissing"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fieldNames"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StageRoleMissing"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"direction"}}]}}]}}]}}]}}]} as unknown as DocumentNode<MoveDealMutation, MoveDealMutationVariables>;
export const MoveManyDealsDocument = {"__meta__":{"hash":"sha256:3848192fb2d39d52851a52c3e79efa109008b4c9d8b082daee647c0d80f53ab7"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"MoveManyDeals"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DealMoveManyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dealMoveMany"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"doneCount"}},{"kind":"Field","name":{"kind":"Name","value":"refusedCount"}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deal"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"probability"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VersionConflict"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"currentVersion"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StageNotAllowed"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"allowedStageIds"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StageRequirementsMissing"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fieldNames"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StageRoleMissing"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"direction"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<MoveManyDealsMutation, MoveManyDealsMutationVariables>;
export const CompaniesWithOpenDealsDocument = {"__meta__":{"hash":"sha256:f3b0b0b1dd085d752083da85461c5ce09acfda3b67899f3c024f4d342259c29d"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CompaniesWithOpenDeals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"companies"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"deals"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"some"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"stage"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"eq"},"value":{"kind":"EnumValue","value":"OPEN"}}]}}]}}]}}]}}]}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"field"},"value":{"kind":"EnumValue","value":"NAME"}}]}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"country"}},{"kind":"Field","name":{"kind":"Name","value":"deals"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"stage"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"eq"},"value":{"kind":"EnumValue","value":"OPEN"}}]}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"contacts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"3"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"jobTitle"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<CompaniesWithOpenDealsQuery, CompaniesWithOpenDealsQueryVariables>;
export const WhyDocument = {"__meta__":{"hash":"sha256:83870631185c304a17c4aad28a0c627aa23086fd5c725499112c0444f071b59a"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Why"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"member"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessExplain"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"field"},"value":{"kind":"StringValue","value":"Deal.amount","block":false}},{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"principal"},"value":{"kind":"Variable","name":{"kind":"Name","value":"member"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isAllowed"}},{"kind":"Field","name":{"kind":"Name","value":"permission"}},{"kind":"Field","name":{"kind":"Name","value":"reasons"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"holds"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"reach"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sql"}}]}}]}}]} as unknown as DocumentNode<WhyQuery, WhyQueryVariables>;
export const ForecastByMonthDocument = {"__meta__":{"hash":"sha256:7168ee8da540ce3d655a5cf64573387faccce6a2efd7a39f2b6ce3f8fc40e388"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ForecastByMonth"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Date"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Date"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"pipelineIds"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"forecast"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"MONTH"},{"kind":"EnumValue","value":"CATEGORY"}]}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"pipelineIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"pipelineIds"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"groups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"month"}},{"kind":"Field","name":{"kind":"Name","value":"category"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"sum"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"weightedConverted"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"currenciesWithoutRate"}}]}}]}}]}}]} as unknown as DocumentNode<ForecastByMonthQuery, ForecastByMonthQueryVariables>;
export const PipelineAsOfDocument = {"__meta__":{"hash":"sha256:3941609800063f45b7877cdad67dbd1d008f15e1d12289cef9f40ee8769bfc28"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PipelineAsOf"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"pipelineId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"asOf"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pipelineSummary"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"pipelineId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"pipelineId"}}},{"kind":"Argument","name":{"kind":"Name","value":"asOf"},"value":{"kind":"Variable","name":{"kind":"Name","value":"asOf"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"sum"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amountMinor"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"open"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"won"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pipelineFlow"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"pipelineId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"pipelineId"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"asOf"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"entered"}},{"kind":"Field","name":{"kind":"Name","value":"left"}},{"kind":"Field","name":{"kind":"Name","value":"medianSeconds"}},{"kind":"Field","name":{"kind":"Name","value":"next"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"share"}}]}}]}}]}}]} as unknown as DocumentNode<PipelineAsOfQuery, PipelineAsOfQueryVariables>;
export const RottingDealsDocument = {"__meta__":{"hash":"sha256:f145131dbac903e4b80762b590742478a8a2a1be81fd91316340da1a416dcbf9"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RottingDeals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deals"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"stage"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"eq"},"value":{"kind":"EnumValue","value":"OPEN"}}]}}]}}]}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"field"},"value":{"kind":"EnumValue","value":"STAGE_ENTERED_AT"}},{"kind":"ObjectField","name":{"kind":"Name","value":"direction"},"value":{"kind":"EnumValue","value":"ASC"}}]}]}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"rotAfterDays"}}]}},{"kind":"Field","name":{"kind":"Name","value":"rotting"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isRotting"}},{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"rotsAt"}},{"kind":"Field","name":{"kind":"Name","value":"clock"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stageTimes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timesEntered"}},{"kind":"Field","name":{"kind":"Name","value":"totalSeconds"}}]}}]}}]}}]}}]} as unknown as DocumentNode<RottingDealsQuery, RottingDealsQueryVariables>;
export const PlanAPipelineDocument = {"__meta__":{"hash":"sha256:99d265b3a2f45b66e8f4635d6705f6cc401a25047ace06538f96939877d79271"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PlanAPipeline"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PipelineChangeInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pipelineChangePlan"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"movedCount"}},{"kind":"Field","name":{"kind":"Name","value":"stages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"recordCount"}},{"kind":"Field","name":{"kind":"Name","value":"inBinCount"}},{"kind":"Field","name":{"kind":"Name","value":"movesTo"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"InUse"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StageRequirementsMissing"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fieldNames"}}]}}]}}]}}]}}]} as unknown as DocumentNode<PlanAPipelineQuery, PlanAPipelineQueryVariables>;
export const ChangeAPipelineDocument = {"__meta__":{"hash":"sha256:9c8c598885c235278596dca8910aa633b232f8f16ff1261a948744c236132bec"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangeAPipeline"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PipelineChangeInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pipelineChange"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pipeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"stages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"probability"}}]}},{"kind":"Field","name":{"kind":"Name","value":"retiredStages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"stages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"recordCount"}},{"kind":"Field","name":{"kind":"Name","value":"movesTo"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ChangeAPipelineMutation, ChangeAPipelineMutationVariables>;
export const PlanConversionDocument = {"__meta__":{"hash":"sha256:ea443993228266610a47cec2a1be0ec83f3a79e7dc8da559d682d7f5ddd5f1bd"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PlanConversion"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"leadConvert"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"dryRun"},"value":{"kind":"BooleanValue","value":true}},{"kind":"ObjectField","name":{"kind":"Name","value":"deal"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"create"},"value":{"kind":"ObjectValue","fields":[]}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"creates"}},{"kind":"Field","name":{"kind":"Name","value":"fills"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"target"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"from"}}]}},{"kind":"Field","name":{"kind":"Name","value":"left"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"target"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"permission"}}]}},{"kind":"Field","name":{"kind":"Name","value":"moves"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"subject"}}]}},{"kind":"Field","name":{"kind":"Name","value":"stays"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"subject"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"suggestions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"companies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"contacts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<PlanConversionMutation, PlanConversionMutationVariables>;
export const ConvertLeadDocument = {"__meta__":{"hash":"sha256:a43815feb97c9b7e7b55110d46d7bcef188a259b278dedf19881aed1bd5cd749"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ConvertLead"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"contactId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"key"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"leadConvert"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"Variable","name":{"kind":"Name","value":"key"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"contact"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"contactId"}}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"deal"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"create"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"expectedCloseOn"},"value":{"kind":"StringValue","value":"2027-03-31","block":false}}]}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lead"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"convertedAt"}},{"kind":"Field","name":{"kind":"Name","value":"convertedCompany"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"convertedContact"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}}]}},{"kind":"Field","name":{"kind":"Name","value":"convertedDeal"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"conflicts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"target"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"from"}}]}},{"kind":"Field","name":{"kind":"Name","value":"left"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"target"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"permission"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"StageRequirementsMissing"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fieldNames"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ConvertLeadMutation, ConvertLeadMutationVariables>;
export const TakeConversionBackDocument = {"__meta__":{"hash":"sha256:493ee638bbc4ed254fa070d861c9a47051a97dd94ed5d5c7038b20d1bb300228"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TakeConversionBack"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"leadUnconvert"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"lead"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"stage"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"convertedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ConversionSettled"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"part"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]}}]}}]} as unknown as DocumentNode<TakeConversionBackMutation, TakeConversionBackMutationVariables>;
export const SignUpDocument = {"__meta__":{"hash":"sha256:eae0ced961ae8ed9d80351a6900cb9f9509eaf19edd186013ea4c11b9dff71d4"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignUp"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"email"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signUp"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"email"},"value":{"kind":"Variable","name":{"kind":"Name","value":"email"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"workspaceName"},"value":{"kind":"StringValue","value":"Harbour Gates","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"Ada Adams","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"StringValue","value":"Europe/Berlin","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"currency"},"value":{"kind":"StringValue","value":"EUR","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<SignUpMutation, SignUpMutationVariables>;
export const ResendSignUpDocument = {"__meta__":{"hash":"sha256:4aca1ff8670cc8610b91a374ac14340aeb593b0a31a34baac1e7a3a0c06493ca"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResendSignUp"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"email"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resendSignUp"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"email"},"value":{"kind":"Variable","name":{"kind":"Name","value":"email"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ResendSignUpMutation, ResendSignUpMutationVariables>;
export const ConfirmSignUpDocument = {"__meta__":{"hash":"sha256:4e00b58b9dba4a9e218e564096ebae8797b30d3086543b5f3ffadae09470a901"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ConfirmSignUp"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"token"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"password"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"confirmSignUp"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"token"},"value":{"kind":"Variable","name":{"kind":"Name","value":"token"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"password"},"value":{"kind":"Variable","name":{"kind":"Name","value":"password"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"token"}},{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"workspace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"slug"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ConfirmSignUpMutation, ConfirmSignUpMutationVariables>;
export const SignInDocument = {"__meta__":{"hash":"sha256:3672b30ec4c9ccae101801b4597055da42cfe29f3a6b5b3b921caf5b29f2ed62"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignIn"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"email"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"password"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signIn"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"email"},"value":{"kind":"Variable","name":{"kind":"Name","value":"email"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"password"},"value":{"kind":"Variable","name":{"kind":"Name","value":"password"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"token"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<SignInMutation, SignInMutationVariables>;
export const SessionsDocument = {"__meta__":{"hash":"sha256:a47b3e947b92b821b7a387ff9b0deecf60425f4c0542c4ff70bc397400a57ad6"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Sessions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isCurrent"}},{"kind":"Field","name":{"kind":"Name","value":"device"}},{"kind":"Field","name":{"kind":"Name","value":"ipAddress"}},{"kind":"Field","name":{"kind":"Name","value":"workspaceName"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"workspaces"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"slug"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<SessionsQuery, SessionsQueryVariables>;
export const EndSessionDocument = {"__meta__":{"hash":"sha256:9768e681069a52e50e5e4715c4ff4396e3dca7ec2409a96505b41ea93ed560af"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"EndSession"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"endSession"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<EndSessionMutation, EndSessionMutationVariables>;
export const ChangePasswordDocument = {"__meta__":{"hash":"sha256:55ca3ac34e7952b5fd1f377fc9e576a758030f4dacd61b6a746a291289808d6c"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangePassword"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"password"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"newPassword"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changePassword"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"currentPassword"},"value":{"kind":"Variable","name":{"kind":"Name","value":"password"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"newPassword"},"value":{"kind":"Variable","name":{"kind":"Name","value":"newPassword"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"token"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const ChangeEmailDocument = {"__meta__":{"hash":"sha256:3359b2214a985c285480d4c0122b5e2beeb8a23c9ee842257e82feaf0e029a66"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangeEmail"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"newEmail"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"password"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeEmail"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"newEmail"},"value":{"kind":"Variable","name":{"kind":"Name","value":"newEmail"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"currentPassword"},"value":{"kind":"Variable","name":{"kind":"Name","value":"password"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ChangeEmailMutation, ChangeEmailMutationVariables>;
export const ConfirmEmailDocument = {"__meta__":{"hash":"sha256:c89885fd2f032c0135ef60e781cc2dceee87f515989d4f69743e61b57fe33b3a"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ConfirmEmail"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"token"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"confirmEmail"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"token"},"value":{"kind":"Variable","name":{"kind":"Name","value":"token"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ConfirmEmailMutation, ConfirmEmailMutationVariables>;
export const RequestPasswordResetDocument = {"__meta__":{"hash":"sha256:7bc2301619e8ea433a51f164a930dc88f5a6d0c0694d3ea54486908974768aa6"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RequestPasswordReset"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"email"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"requestPasswordReset"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"email"},"value":{"kind":"Variable","name":{"kind":"Name","value":"email"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<RequestPasswordResetMutation, RequestPasswordResetMutationVariables>;
export const SetPasswordDocument = {"__meta__":{"hash":"sha256:3cf4ec58769cace3d6c9ec793b58ad851b6d799e47da336fc4a938ba9ff75567"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetPassword"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"token"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"newPassword"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setPassword"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"token"},"value":{"kind":"Variable","name":{"kind":"Name","value":"token"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"password"},"value":{"kind":"Variable","name":{"kind":"Name","value":"newPassword"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<SetPasswordMutation, SetPasswordMutationVariables>;
export const SwitchWorkspaceDocument = {"__meta__":{"hash":"sha256:dafab92c697dc49017769858caa114bdf45a98c4437ad464ad3bf36f2b0446c8"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SwitchWorkspace"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"switchWorkspace"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"workspace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspace"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"token"}},{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"workspace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"slug"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<SwitchWorkspaceMutation, SwitchWorkspaceMutationVariables>;
export const SignOutEverywhereDocument = {"__meta__":{"hash":"sha256:5ab5d00677864053cb26bf1bfb97037c42b358dfa5476f6ed883ac78ef9af915"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignOutEverywhere"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signOutEverywhere"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"exceptThis"},"value":{"kind":"BooleanValue","value":true}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<SignOutEverywhereMutation, SignOutEverywhereMutationVariables>;
export const SignOutDocument = {"__meta__":{"hash":"sha256:8885a29cb690cff13505121aff37d2dc523de0450706b7a7f123c3e05beb8174"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignOut"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signOut"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}}]}}]}}]}}]} as unknown as DocumentNode<SignOutMutation, SignOutMutationVariables>;
export const DeleteAccountDocument = {"__meta__":{"hash":"sha256:921609ac61adbd7d53251a39e7abd6ae73e04fb9fa65add38bfa2d71fa74abfd"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"password"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"currentPassword"},"value":{"kind":"Variable","name":{"kind":"Name","value":"password"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<DeleteAccountMutation, DeleteAccountMutationVariables>;
export const InviteDocument = {"__meta__":{"hash":"sha256:0aba95a399952b8ea9f61a112b943fafd8b93dad6b2bf4c9ff3aec9b9e149f01"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Invite"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"email"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"teamId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"invitationCreate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"email"},"value":{"kind":"Variable","name":{"kind":"Name","value":"email"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"teamId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"teamId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"builtInRoles"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"REP"}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"invitation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"roles"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"team"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<InviteMutation, InviteMutationVariables>;
export const AcceptInvitationDocument = {"__meta__":{"hash":"sha256:c3838ab9cb76fe45b86fee83d700d6c2f9b668d4713f00e62ded811c52b03525"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AcceptInvitation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"token"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"password"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"acceptInvitation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"token"},"value":{"kind":"Variable","name":{"kind":"Name","value":"token"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"password"},"value":{"kind":"Variable","name":{"kind":"Name","value":"password"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"transport"},"value":{"kind":"EnumValue","value":"COOKIE"}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"workspace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"roles"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<AcceptInvitationMutation, AcceptInvitationMutationVariables>;
export const ResendInvitationDocument = {"__meta__":{"hash":"sha256:59d9a6383c8f40ec25d8b837790977eb0caf45cf964c29346050c4b031c7e44c"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResendInvitation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"invitationResend"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"invitation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"sentAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ResendInvitationMutation, ResendInvitationMutationVariables>;
export const RevokeInvitationDocument = {"__meta__":{"hash":"sha256:f3dd6b4d90530e26aa6356c91d807a0e10180fa8da9232ba5f4e10f57b8b3b80"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RevokeInvitation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"invitationRevoke"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"invitation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<RevokeInvitationMutation, RevokeInvitationMutationVariables>;
export const SuspendMemberDocument = {"__meta__":{"hash":"sha256:553ba2159dba24458b025aa0cb0905ef64fc34361550f41bc3c6e89dc322d8c3"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SuspendMember"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"memberSuspend"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"member"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<SuspendMemberMutation, SuspendMemberMutationVariables>;
export const ReactivateMemberDocument = {"__meta__":{"hash":"sha256:b1c9ed73349bc84cd6f334d12600c745de6d80971fbbf47ee5a1366624a3227f"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReactivateMember"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"memberReactivate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"member"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ReactivateMemberMutation, ReactivateMemberMutationVariables>;
export const RemoveMemberDocument = {"__meta__":{"hash":"sha256:bfaa3d6515ae15bd96ba9e58b12088ce48881d42e4de865eca5526e73ba1af79"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RemoveMember"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"heir"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"dryRun"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"memberRemove"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"handOverToId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"heir"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"dryRun"},"value":{"kind":"Variable","name":{"kind":"Name","value":"dryRun"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"member"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"removedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"records"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"noun"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"isInBackground"}},{"kind":"Field","name":{"kind":"Name","value":"apiKeyCount"}},{"kind":"Field","name":{"kind":"Name","value":"invitationCount"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<RemoveMemberMutation, RemoveMemberMutationVariables>;
export const TransferOwnershipDocument = {"__meta__":{"hash":"sha256:d0aba859d1fabac47d1ee08502621e37e6d71c3eda1f273eecd8ee5cba5ac917"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TransferOwnership"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"memberId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ownershipTransfer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"toMemberId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"memberId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<TransferOwnershipMutation, TransferOwnershipMutationVariables>;
export const SecuritySettingsDocument = {"__meta__":{"hash":"sha256:56fcedfc58830de4c2d6064e24843a556dfdf423a5f5592d90ef0d1d6f8fff62"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SecuritySettings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"securitySettings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionIdleMinutes"}},{"kind":"Field","name":{"kind":"Name","value":"sessionLifetimeMinutes"}},{"kind":"Field","name":{"kind":"Name","value":"inviters"}},{"kind":"Field","name":{"kind":"Name","value":"allowedEmailDomains"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}}]} as unknown as DocumentNode<SecuritySettingsQuery, SecuritySettingsQueryVariables>;
export const GuardWorkspaceDocument = {"__meta__":{"hash":"sha256:11d25a90e78133db0b460687c9f28f7d4ab6469a152b9170d5a4188e23c2463e"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"GuardWorkspace"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"securitySettingsUpdate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"sessionIdleMinutes"},"value":{"kind":"IntValue","value":"480"}},{"kind":"ObjectField","name":{"kind":"Name","value":"inviters"},"value":{"kind":"EnumValue","value":"LEADERS"}},{"kind":"ObjectField","name":{"kind":"Name","value":"allowedEmailDomains"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"demo.test","block":false}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"securitySettings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessionIdleMinutes"}},{"kind":"Field","name":{"kind":"Name","value":"sessionLifetimeMinutes"}},{"kind":"Field","name":{"kind":"Name","value":"inviters"}},{"kind":"Field","name":{"kind":"Name","value":"allowedEmailDomains"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<GuardWorkspaceMutation, GuardWorkspaceMutationVariables>;
export const RefusedLatelyDocument = {"__meta__":{"hash":"sha256:911878b6671ac0ed1e694515d1c11b292f1707535c20ca93cd02ee9e80a4ea9f"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RefusedLately"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"since"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"securityEvents"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"result"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"eq"},"value":{"kind":"EnumValue","value":"FAILURE"}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"at"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"gte"},"value":{"kind":"Variable","name":{"kind":"Name","value":"since"}}}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"detail"}},{"kind":"Field","name":{"kind":"Name","value":"ipAddress"}},{"kind":"Field","name":{"kind":"Name","value":"userAgent"}},{"kind":"Field","name":{"kind":"Name","value":"member"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"subject"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"apiKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}}]}}]}}]}}]}}]} as unknown as DocumentNode<RefusedLatelyQuery, RefusedLatelyQueryVariables>;
export const MakeKeyDocument = {"__meta__":{"hash":"sha256:d8429d3c9f46fe5563db2d876476e739077ad269ddb42cb1208647fe653e0d42"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"MakeKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiKeyCreate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"Nightly export","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"expiresAt"},"value":{"kind":"StringValue","value":"2027-06-30T00:00:00Z","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"grants"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"noun"},"value":{"kind":"StringValue","value":"deal","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"verb"},"value":{"kind":"StringValue","value":"read","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"reach"},"value":{"kind":"EnumValue","value":"ANY"}},{"kind":"ObjectField","name":{"kind":"Name","value":"fieldGroups"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"financial","block":false}]}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"noun"},"value":{"kind":"StringValue","value":"company","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"verb"},"value":{"kind":"StringValue","value":"read","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"reach"},"value":{"kind":"EnumValue","value":"ANY"}}]}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"token"}},{"kind":"Field","name":{"kind":"Name","value":"apiKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"grants"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"noun"}},{"kind":"Field","name":{"kind":"Name","value":"verb"}},{"kind":"Field","name":{"kind":"Name","value":"reach"}},{"kind":"Field","name":{"kind":"Name","value":"fieldGroups"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<MakeKeyMutation, MakeKeyMutationVariables>;
export const RevokeKeyDocument = {"__meta__":{"hash":"sha256:0b099a40b5909381a45325a428dceeb8d38d3a68cd9a5ae1709c19bbdade38ca"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RevokeKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiKeyRevoke"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedFrom"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<RevokeKeyMutation, RevokeKeyMutationVariables>;
export const MailsInTroubleDocument = {"__meta__":{"hash":"sha256:7e16fb218c7f8052c53d6f6ea2dbd8e09d6f7d44f310e463e57a83496a73793b"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"MailsInTrouble"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mails"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"or"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"in"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"BOUNCED"},{"kind":"EnumValue","value":"REFUSED"},{"kind":"EnumValue","value":"FAILED"}]}}]}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"eq"},"value":{"kind":"EnumValue","value":"QUEUED"}}]}},{"kind":"ObjectField","name":{"kind":"Name","value":"attempts"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"gt"},"value":{"kind":"IntValue","value":"0"}}]}}]}]}}]}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"template"}},{"kind":"Field","name":{"kind":"Name","value":"toAddress"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastAnswer"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"attempt"}},{"kind":"Field","name":{"kind":"Name","value":"answer"}}]}}]}}]}}]}}]} as unknown as DocumentNode<MailsInTroubleQuery, MailsInTroubleQueryVariables>;
export const ResendMailDocument = {"__meta__":{"hash":"sha256:6006d942fe1c0841b8ba7a3713804d34c0fa7be667df369753bc8fcc1228e405"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResendMail"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mailResend"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"StringValue","value":"resend-1","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mail"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ResendMailMutation, ResendMailMutationVariables>;
export const ReportBounceDocument = {"__meta__":{"hash":"sha256:3405150f7d7e2e60e10425a4fef10687f4d389779ec27635735e7104622d4b4a"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReportBounce"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"messageId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mailReport"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"messageId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"messageId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"EnumValue","value":"BOUNCE"}},{"kind":"ObjectField","name":{"kind":"Name","value":"answer"},"value":{"kind":"StringValue","value":"550 5.1.1 No such user","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mail"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"toAddress"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<ReportBounceMutation, ReportBounceMutationVariables>;
export const SuppressionListDocument = {"__meta__":{"hash":"sha256:f504c15dd383ab62c8d803c2c6eaccf05e8fab19181171b2958c2de65280711d"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SuppressionList"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mailSuppressions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"note"}},{"kind":"Field","name":{"kind":"Name","value":"endsAt"}}]}}]}}]}}]} as unknown as DocumentNode<SuppressionListQuery, SuppressionListQueryVariables>;
export const StopMailToDocument = {"__meta__":{"hash":"sha256:f8cf219f29fca6f502d6dc8e026452bb8616431223820db78e2b8da7ffe37662"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StopMailTo"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"address"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mailSuppressionCreate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"address"},"value":{"kind":"Variable","name":{"kind":"Name","value":"address"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"note"},"value":{"kind":"StringValue","value":"Asked for it by telephone","block":false}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mailSuppression"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<StopMailToMutation, StopMailToMutationVariables>;
export const SendMailAgainToDocument = {"__meta__":{"hash":"sha256:ee034cdc3213970755b484ccc6f60416b1a7aba20ff0735d268d6fa2456fa538"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SendMailAgainTo"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"version"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mailSuppressionDelete"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"Variable","name":{"kind":"Name","value":"version"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<SendMailAgainToMutation, SendMailAgainToMutationVariables>;
export const WordsOfAnInvitationDocument = {"__meta__":{"hash":"sha256:ed4aef250b0d0ff5c300db152afe4b3f2694cf1989a413058c95a1df95a50990"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WordsOfAnInvitation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mailTemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"invitation","block":false}},{"kind":"Argument","name":{"kind":"Name","value":"locale"},"value":{"kind":"StringValue","value":"de","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"isOverridden"}},{"kind":"Field","name":{"kind":"Name","value":"wordsLocale"}},{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"body"}},{"kind":"Field","name":{"kind":"Name","value":"hasLink"}},{"kind":"Field","name":{"kind":"Name","value":"variables"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"preview"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}}]}}]} as unknown as DocumentNode<WordsOfAnInvitationQuery, WordsOfAnInvitationQueryVariables>;
export const OwnWordsForAnInvitationDocument = {"__meta__":{"hash":"sha256:1460ef26d8ac79234ce6a8a630976e19dea17a28ea6457d627d2357dff46b64f"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"OwnWordsForAnInvitation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mailTemplateUpdate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"name"},"value":{"kind":"StringValue","value":"invitation","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"locale"},"value":{"kind":"StringValue","value":"de","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"version"},"value":{"kind":"IntValue","value":"0"}},{"kind":"ObjectField","name":{"kind":"Name","value":"subject"},"value":{"kind":"StringValue","value":"{{inviter}} lädt Sie zu {{workspace}} ein","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"body"},"value":{"kind":"StringValue","value":"# Willkommen\n\n{{inviter}} möchte mit Ihnen in **{{workspace}}** arbeiten.\n\n[Einladung annehmen]({{link}})\n\n---\n\nDer Link gilt {{lifetimeMinutes}} lang, einmal.","block":true}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mailTemplate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"isOverridden"}},{"kind":"Field","name":{"kind":"Name","value":"preview"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"text"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<OwnWordsForAnInvitationMutation, OwnWordsForAnInvitationMutationVariables>;
export const WriteDownARateDocument = {"__meta__":{"hash":"sha256:57633964f4a0451153e78e8419e4e3f285eb91d26830e9924a8a6d724c468141"},"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"WriteDownARate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"currency"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"validOn"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Date"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"rate"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Rate"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeRateCreate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"currency"},"value":{"kind":"Variable","name":{"kind":"Name","value":"currency"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"validOn"},"value":{"kind":"Variable","name":{"kind":"Name","value":"validOn"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"rate"},"value":{"kind":"Variable","name":{"kind":"Name","value":"rate"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeRate"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"toCurrency"}},{"kind":"Field","name":{"kind":"Name","value":"validOn"}},{"kind":"Field","name":{"kind":"Name","value":"rate"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<WriteDownARateMutation, WriteDownARateMutationVariables>;