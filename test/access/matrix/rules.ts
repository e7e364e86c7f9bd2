import { lists, table } from './tables.ts';

/*
 * The product rules (docs/permissions.md prints what the product makes of them) as tables, written by hand from the
 * rules themselves. Nothing is taken from src/auth: what is tested must not be asked what is right.
 *
 * Whose record: `own`; a colleague's of the same `team`; one's of a team `below`; one's of an `other` team; nobody's
 * but `ours` to look after; nobody's and `theirs`; another team's and shown to me by a share (`shown`), or given to me
 * to edit (`given`); `away` in another workspace.
 *
 * What happens: `yes`; `none`: as if the record were not there; `no`: refused before anything is looked at, FORBIDDEN;
 * `not`: refused with the reason, NOT_PERMITTED.
 */

/** Leads, deals, activities. */
export const ownersRecords = {
  read: table(`
                  own   team  below  other  ours  theirs  shown  given  away
    OWNER ADMIN   yes   yes   yes    yes    yes   yes     yes    yes    none
    MANAGER       yes   yes   yes    none   yes   none    yes    yes    none
    REP           yes   none  none   none   none  none    yes    yes    none
    VIEWER        yes   yes   yes    yes    yes   yes     yes    yes    none
    NONE          no    no    no     no     no    no      no     no     no`),
  update: table(`
                  own   team  below  other  ours  theirs  shown  given  away
    OWNER ADMIN   yes   yes   yes    yes    yes   yes     yes    yes    none
    MANAGER       yes   yes   yes    none   yes   none    none   yes    none
    REP           yes   none  none   none   none  none    none   yes    none
    VIEWER NONE   no    no    no     no     no    no      no     no     no`),
  move: table(`
                  own   team  below  other  ours  theirs  shown  given  away
    OWNER ADMIN   yes   yes   yes    yes    yes   yes     yes    yes    none
    MANAGER       yes   yes   yes    none   yes   none    none   none   none
    REP           yes   none  none   none   none  none    none   none   none
    VIEWER NONE   no    no    no     no     no    no      no     no     no`),
  /** Leads alone; into a contact of one's own. */
  convert: table(`
                  own   team  below  other  ours  theirs  shown  given  away
    OWNER ADMIN   yes   yes   yes    yes    yes   yes     yes    yes    none
    MANAGER       yes   yes   yes    none   yes   none    none   none   none
    REP           yes   none  none   none   none  none    none   none   none
    VIEWER NONE   no    no    no     no     no    no      no     no     no`),
  /** Moved into a stage that means won or lost. */
  close: table(`
                  own   team  below  other  ours  theirs  shown  given  away
    OWNER ADMIN   yes   yes   yes    yes    yes   yes     yes    yes    none
    MANAGER       yes   yes   yes    none   yes   none    none   none   none
    REP           yes   none  none   none   none  none    none   none   none
    VIEWER NONE   no    no    no     no     no    no      no     no     no`),
  /** Moved out of such a stage again. */
  reopen: table(`
                  own   team  below  other  ours  theirs  shown  given  away
    OWNER ADMIN   yes   yes   yes    yes    yes   yes     yes    yes    none
    MANAGER       yes   yes   yes    none   yes   none    none   none   none
    REP           not   none  none   none   none  none    none   none   none
    VIEWER NONE   no    no    no     no     no    no      no     no     no`),
  share: table(`
                  own   team  below  other  ours  theirs  shown  given  away
    OWNER ADMIN   yes   yes   yes    yes    yes   yes     yes    yes    none
    MANAGER       yes   yes   yes    none   yes   none    none   none   none
    REP           yes   none  none   none   none  none    none   none   none
    VIEWER NONE   no    no    no     no     no    no      no     no     no`),
  delete: table(`
                  own   team  below  other  ours  theirs  shown  given  away
    OWNER ADMIN   yes   yes   yes    yes    yes   yes     yes    yes    none
    MANAGER       yes   yes   yes    none   yes   none    none   none   none
    REP           no    no    no     no     no    no      no     no     no
    VIEWER NONE   no    no    no     no     no    no      no     no     no`),
  /** Handed to a member of another team. */
  assign: table(`
                  own   team  below  other  ours  theirs  shown  given  away
    OWNER ADMIN   yes   yes   yes    yes    yes   yes     yes    yes    none
    MANAGER       yes   yes   yes    none   yes   none    none   not    none
    REP           not   none  none   none   none  none    none   not    none
    VIEWER NONE   no    no    no     no     no    no      no     no     no`),
  /** Taken over: who may edit what was given to him does not make it his own by that (decision 0011). */
  take: table(`
                  own   team  below  other  ours  theirs  shown  given  away
    OWNER ADMIN   yes   yes   yes    yes    yes   yes     yes    yes    none
    MANAGER       yes   yes   yes    none   yes   none    none   not    none
    REP           yes   none  none   none   none  none    none   not    none
    VIEWER NONE   no    no    no     no     no    no      no     no     no`),
};

/** Companies and contacts are read by all who have a role; all else is as with leads and deals. */
export const everybodysRecords = {
  ...ownersRecords,
  read: table(`
                              own   team  below  other  ours  theirs  shown  given  away
    OWNER ADMIN MANAGER REP   yes   yes   yes    yes    yes   yes     yes    yes    none
    VIEWER                    yes   yes   yes    yes    yes   yes     yes    yes    none
    NONE                      no    no    no     no     no    no      no     no     no`),
};

/** New records by whose they are to be. */
export const creating = table(`
                          own   team  other  ours  theirs
  OWNER ADMIN MANAGER     yes   yes   yes    yes   yes
  REP                     yes   not   not    not   not
  VIEWER NONE             no    no    no     no    no`);

/**
 * Two roles of a workspace's own, for what no built-in role has: fields that some records show and others do not, for
 * reading and for writing, with fields that are never shown beside them.
 */
export const customRoles = {
  CLERK: (noun: string) => [
    { noun, verb: 'read', reach: 'ANY' as const }, { noun, verb: 'update', reach: 'ANY' as const },
    { noun, verb: 'create', reach: 'ANY' as const },
  ],
  MIXED: (noun: string) => [
    { noun, verb: 'read', reach: 'ANY' as const },
    { noun, verb: 'read', reach: 'OWN' as const, fieldGroups: ['financial'] },
    { noun, verb: 'read', reach: 'TEAM' as const, fieldGroups: ['internal'] },
    { noun, verb: 'update', reach: 'ANY' as const },
    { noun, verb: 'update', reach: 'OWN' as const, fieldGroups: ['financial'] },
    { noun, verb: 'create', reach: 'ANY' as const },
    { noun, verb: 'create', reach: 'OWN' as const, fieldGroups: ['financial'] },
  ],
};

/**
 * Which field groups are read of whose record, besides core; `-` where the record is not, `core` where nothing else.
 */
export const groupsRead = {
  everybodys: table(`
                  own                 team      other  shown
    OWNER ADMIN   all                 all       all    all
    MANAGER       all                 all       core   all
    REP           all                 core      core   all
    VIEWER        core                core      core   core
    CLERK         core                core      core   core
    MIXED         financial+internal  internal  core   financial+internal`),
  owners: table(`
                  own                 team      other  shown
    OWNER ADMIN   all                 all       all    all
    MANAGER       all                 all       -      all
    REP           all                 -         -      all
    VIEWER        core                core      core   core
    CLERK         core                core      core   core
    MIXED         financial+internal  internal  core   financial+internal`),
  /** \`linked\`: on a company that all can read. */
  activities: table(`
                  own                 team      other  shown               linked
    OWNER ADMIN   all                 all       all    all                 all
    MANAGER       all                 all       -      all                 core
    REP           all                 -         -      all                 core
    VIEWER        core                core      core   core                core
    CLERK         core                core      core   core                core
    MIXED         financial+internal  internal  core   financial+internal  core`),
};

/** Of members: oneself and another. */
export const accountsRead = table(`
                      own   other
  OWNER ADMIN         all   all
  MANAGER REP VIEWER  all   core`);

/** What is known of a field group before any record is read. \`sometimes\` filters, and sorts nothing. */
export const verdicts = {
  everybodys: table(`
                  core     contactDetails  financial  internal
    OWNER ADMIN   always   always          always     always
    MANAGER REP   always   sometimes       sometimes  sometimes
    VIEWER CLERK  always   never           never      never
    MIXED         always   never           sometimes  sometimes`),
  owners: table(`
                             core     contactDetails  financial  internal
    OWNER ADMIN MANAGER REP  always   always          always     always
    VIEWER CLERK             always   never           never      never
    MIXED                    always   never           sometimes  sometimes`),
  /** Their core is read through the records they are on as well, and nothing else of them. */
  activities: table(`
                  core     contactDetails  financial  internal
    OWNER ADMIN   always   always          always     always
    MANAGER REP   always   sometimes       sometimes  sometimes
    VIEWER CLERK  always   never           never      never
    MIXED         always   never           sometimes  sometimes`),
  members: table(`
                       core     account
    OWNER ADMIN        always   always
    MANAGER REP VIEWER always   sometimes`),
};

/**
 * Which field groups are written, when creating a record for oneself and when changing one's own and one of the team.
 * \`yes\`; \`not\`: of this record not, with the reason; \`no\`: of none, refused before anything is looked at.
 */
export const groupsWritten = {
  own: table(`
                             core  contactDetails  financial  internal
    OWNER ADMIN MANAGER REP  yes   yes             yes        yes
    VIEWER                   no    no              no         no
    CLERK                    yes   no              no         no
    MIXED                    yes   no              yes        no`),
  /** Of a colleague's record. What is out of reach altogether is in the tables above. */
  team: table(`
                             core  contactDetails  financial  internal
    OWNER ADMIN MANAGER      yes   yes             yes        yes
    VIEWER                   no    no              no         no
    CLERK                    yes   no              no         no
    MIXED                    yes   no              not        no`),
  /** Of a record that was given to be edited: as of one's own, though never its owner and team. */
  given: table(`
                             core  contactDetails  financial  internal
    OWNER ADMIN MANAGER REP  yes   yes             yes        yes
    VIEWER                   no    no              no         no
    CLERK                    yes   no              no         no
    MIXED                    yes   no              yes        no`),
};

/**
 * Which group each field of a record is in. Children have the group of the field that leads to them, or their own
 * (`parent`: whoever has the object has the field). A new field, of whatever type, gets its word here; without it
 * lines.test.ts fails.
 */
export const fields = lists(`
  Company.core            id version createdAt updatedAt deletedAt owner team tags externalReferences viewerCan name domain websiteUrl industry employeeCount foundedYear currency city region country parent mergedInto subsidiaries contacts leads deals activities convertedLeads
  Company.financial       annualRevenue
  Company.contactDetails  phone street postalCode
  Company.internal        notes
  Contact.core            id version createdAt updatedAt deletedAt owner team tags externalReferences viewerCan firstName lastName fullName jobTitle company mergedInto addresses deals activities convertedLeads
  Contact.contactDetails  birthOn emails phones
  Contact.internal        notes
  ContactAddress.contactDetails  street postalCode
  ContactAddress.parent   label city region country isPrimary
  ContactEmail.parent     address label isPrimary
  ContactPhone.parent     number label isPrimary
  Lead.core               id version createdAt updatedAt deletedAt owner team tags externalReferences viewerCan title firstName lastName companyName jobTitle city country currency stageEnteredAt closedAt pipeline stage company mergedInto stageChanges stageTimes rotting activities convertedAt convertedBy convertedCompany convertedContact convertedDeal
  Lead.contactDetails     email phone
  Lead.financial          amount
  Lead.internal           source notes score lossReason stageReason
  Deal.core               id version createdAt updatedAt deletedAt owner team tags externalReferences viewerCan title currency expectedCloseOn closedAt stageEnteredAt pipeline stage company mergedInto contacts stageChanges stageTimes rotting activities convertedLeads
  Deal.financial          amount probability isProbabilitySetByHand weightedAmount forecastCategory isForecastCategorySetByHand lines
  Deal.internal           lossReason stageReason source notes
  DealContact.parent      contact role
  DealLine.parent         product description quantity unitPriceMinor discountPercent
  DealStageChange.parent  fromStage toStage enteredAt recordedAt isBackdated leftAt secondsInStage door movedBy isImported expectedCloseOn
  DealStageTime.parent    stage firstEnteredAt lastEnteredAt lastLeftAt timesEntered totalSeconds
  DealStageChange.financial  amount probability
  LeadStageChange.parent  fromStage toStage enteredAt recordedAt isBackdated leftAt secondsInStage door movedBy isImported
  DealStageChange.internal  reason againstRulesReason
  LeadStageTime.parent    stage firstEnteredAt lastEnteredAt lastLeftAt timesEntered totalSeconds
  LeadStageChange.financial  amount probability
  LeadStageChange.internal  reason againstRulesReason
  Activity.core           id version createdAt updatedAt deletedAt owner team tags externalReferences viewerCan kind subject happensAt dueAt completedAt company contact lead deal
  Activity.internal       body
  Product.core            id version createdAt updatedAt deletedAt externalReferences name sku family description price isActive
  Tag.core                id version createdAt updatedAt deletedAt name color
  Pipeline.core           id version createdAt updatedAt deletedAt name kind position stages retiredStages
  ExchangeRate.core       id version createdAt updatedAt deletedAt currency toCurrency validOn rate
  Stage.core              id version createdAt updatedAt deletedAt name position status probability forecastCategory rotAfterDays rotClock pipeline nextStages requiredFields isReasonRequired reasons enterRoles leaveRoles viewerMayEnter viewerMayLeave retiredAt
  StageReason.parent      name
  Team.core               id version createdAt updatedAt deletedAt name parent children members
  Member.core             id version createdAt updatedAt externalReferences name isActive removedAt team roles
  Member.account          email lastSeenAt
  Role.core               id version createdAt updatedAt name isBuiltIn builtIn grants
  Invitation.core         id version createdAt updatedAt name status team roles invitedBy member sentAt expiresAt acceptedAt revokedAt
  Invitation.account      email
  ApiKey.core             id version createdAt updatedAt name prefix member hasAllGrants grants expiresAt lastUsedAt lastUsedFrom revokedAt
  ApiKeyGrant.parent      noun verb reach fieldGroups
  SecurityEvent.core      id at type result detail member subject apiKey noun recordId door ipAddress userAgent requestId
  DeadJob.core            id version createdAt updatedAt kind state reason attempts enqueuedAt diedAt member ids
  JobId.parent            name value
  WaitingJobs.parent      kind waiting running retrying dueAt
  Mail.core               id version createdAt updatedAt template locale toAddress toName status attempts nextAttemptAt lastAnswer sentAt usefulUntil messageId events
  MailEvent.parent        kind at attempt answer
  MailSuppression.core    id version createdAt updatedAt address reason note endsAt
  MailTemplate.parent     name description purpose locale wordsLocale subject body isOverridden version updatedAt hasLink variables preview
  MailVariable.parent     name kind
  MailPreview.parent      subject text html
  RoleGrant.parent        noun verb reach fieldGroups
  ExternalReference.parent  source key
  RecordShare.parent      member team level endsAt createdAt

  Money.parent                amountMinor currency
  RecordRights.parent         assign convert delete move close reopen restore share update
  StageRequirementsMissing.parent  code message path stageId fieldNames
  PlannedStage.core       stage
  PlannedStage.parent     name action recordCount inBinCount movesTo
  PipelineChangePlan.parent  stages movedCount userErrors
  PipelineChangePayload.core  pipeline
  PipelineChangePayload.parent  stages userErrors
  StageRoleMissing.parent  code message path stageId direction
  DealMoveManyPayload.parent  results doneCount refusedCount userErrors
  DealMoveManyResult.parent  userErrors
  DealMoveManyResult.core  deal
  LeadConvertManyPayload.parent  results doneCount refusedCount userErrors
  LeadConvertManyResult.parent  userErrors
  LeadConvertManyResult.core  lead
  LeadMoveManyPayload.parent  results doneCount refusedCount userErrors
  LeadMoveManyResult.parent  userErrors
  LeadMoveManyResult.core  lead
  PipelineSummary.parent      pipeline stages open won lost
  PipelineTotals.parent       count
  PipelineTotals.financial    sum weightedSum
  StageSummary.parent         count stage
  StageSummary.financial      sum weightedSum
  StageFlow.parent            stage entered left medianSeconds next
  StageStep.parent            stage count share
  Rotting.parent              clock since rotsAt isRotting
  Forecast.parent             currency groups
  ForecastGroup.parent        month member team count
  ForecastGroup.financial     category sum weightedSum converted weightedConverted currenciesWithoutRate
  SearchHit.parent            record field score
  Viewer.parent               can member roles user workspace sessions workspaces apiKey
  ViewerApiKey.parent         id name
  ApiKeyCreatePayload.parent  apiKey token userErrors
  AcceptInvitationPayload.parent  token viewer userErrors
  MemberRemovePayload.core  member
  MemberRemovePayload.parent  plan userErrors
  MemberRemovalPlan.parent  records isInBackground apiKeyCount invitationCount
  OwnedRecordCount.parent  noun count
  SecuritySettings.parent  sessionIdleMinutes sessionLifetimeMinutes inviters allowedEmailDomains version
  SecuritySettingsUpdatePayload.parent  securitySettings userErrors
  ViewerRole.parent           id name builtIn
  User.parent                 id email name
  SignInPayload.parent        token viewer userErrors
  ConfirmSignUpPayload.parent  token viewer userErrors
  SwitchWorkspacePayload.parent  token viewer userErrors
  ChangePasswordPayload.parent  token viewer userErrors
  Session.parent              id isCurrent device ipAddress workspaceName createdAt lastSeenAt expiresAt
  Membership.parent           slug name
  Workspace.core              id slug name timeZone locale defaultCurrency
  AccessExplanation.parent    isAllowed permission reasons sql
  AccessReason.parent         kind holds text role reach
  MemberAccess.parent         member verbs
  MemberPolicyPreview.parent  member changes records
  RightChange.parent          permission verb before after
  RecordCountChange.parent    noun before after
  PlainUserError.parent       message code path
  VersionConflict.parent      message code path currentVersion
  InUse.parent                message code path count
  StageNotAllowed.parent      message code path fromStageId toStageId allowedStageIds
  LeadConvertPayload.parent   lead plan suggestions userErrors
  LeadConversionPlan.parent   creates fills conflicts left moves stays
  LeadConversionField.parent  target field from
  LeadConversionLeft.parent   target field from permission
  LeadConversionSuggestions.parent  companies contacts
  LeadConverted.parent        message code path lead
  ConversionSettled.parent    message code path part reason count
`);

/** Fields of records that need a right to do something to the record rather than to read it. */
export const fieldsByVerb = lists(`
  share   Company.shares Contact.shares Lead.shares Deal.shares Activity.shares
`);
