import { lists, table } from './tables.ts';

/*
 * The product rules (docs/permissions.md prints what the product makes of them) as tables, written by hand from the rules
 * themselves. Nothing is taken from src/auth: what is tested must not be asked what is right.
 *
 * Whose record: `own`; a colleague's of the same `team`; one's of a team `below`; one's of an `other` team; nobody's but
 * `ours` to look after; nobody's and `theirs`; another team's and shown to me by a share (`shown`), or given to me to edit
 * (`given`); `away` in another workspace.
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

/** Which field groups are read of whose record; `-` where the record is not. */
export const groupsRead = {
  everybodys: table(`
                  own    team   other  shown
    OWNER ADMIN   all    all    all    all
    MANAGER       all    all    core   all
    REP           all    core   core   all
    VIEWER        core   core   core   core`),
  owners: table(`
                  own    team   other  shown
    OWNER ADMIN   all    all    all    all
    MANAGER       all    all    -      all
    REP           all    -      -      all
    VIEWER        core   core   core   core`),
};

/** What is known of a field group before any record is read. `sometimes` filters, and sorts nothing. */
export const verdicts = {
  everybodys: table(`
                  core     contactDetails  financial  internal
    OWNER ADMIN   always   always          always     always
    MANAGER REP   always   sometimes       sometimes  sometimes
    VIEWER        always   never           never      never`),
  owners: table(`
                             core     contactDetails  financial  internal
    OWNER ADMIN MANAGER REP  always   always          always     always
    VIEWER                   always   never           never      never`),
  /** Their core is read through the records they are on as well, and nothing else of them. */
  activities: table(`
                  core     contactDetails  financial  internal
    OWNER ADMIN   always   always          always     always
    MANAGER REP   always   sometimes       sometimes  sometimes
    VIEWER        always   never           never      never`),
  members: table(`
                       core     account
    OWNER ADMIN        always   always
    MANAGER REP VIEWER always   sometimes`),
};

/** Which group each field of a record is in. Children have the group of the field that leads to them, or their own. */
export const fields = lists(`
  Company.core            id version createdAt updatedAt deletedAt owner team tags externalReferences viewerCan name domain websiteUrl industry employeeCount foundedYear currency city region country parent mergedInto subsidiaries contacts leads deals activities
  Company.financial       annualRevenue
  Company.contactDetails  phone street postalCode
  Company.internal        notes
  Contact.core            id version createdAt updatedAt deletedAt owner team tags externalReferences viewerCan firstName lastName fullName jobTitle company mergedInto addresses deals activities
  Contact.contactDetails  birthOn emails phones
  Contact.internal        notes
  ContactAddress.contactDetails  street postalCode
  ContactAddress.parent   label city region country isPrimary
  ContactEmail.parent     address label isPrimary
  ContactPhone.parent     number label isPrimary
  Lead.core               id version createdAt updatedAt deletedAt owner team tags externalReferences viewerCan title firstName lastName companyName jobTitle city country currency stageEnteredAt closedAt pipeline stage company mergedInto stageChanges stageTimes activities
  Lead.contactDetails     email phone
  Lead.financial          amount
  Lead.internal           source notes score lossReason
  Deal.core               id version createdAt updatedAt deletedAt owner team tags externalReferences viewerCan title currency expectedCloseOn closedAt stageEnteredAt pipeline stage company mergedInto contacts stageChanges stageTimes activities
  Deal.financial          amount probability weightedAmount lines
  Deal.internal           lossReason source notes
  DealContact.parent      contact role
  DealLine.parent         product description quantity unitPriceMinor discountPercent
  DealStageChange.parent  fromStage toStage enteredAt recordedAt leftAt secondsInStage door movedBy isImported expectedCloseOn
  DealStageTime.parent    stage firstEnteredAt lastEnteredAt lastLeftAt timesEntered totalSeconds
  DealStageChange.financial  amount probability
  LeadStageChange.parent  fromStage toStage enteredAt recordedAt leftAt secondsInStage door movedBy isImported
  LeadStageTime.parent    stage firstEnteredAt lastEnteredAt lastLeftAt timesEntered totalSeconds
  LeadStageChange.financial  amount probability
  Activity.core           id version createdAt updatedAt deletedAt owner team tags externalReferences viewerCan kind subject happensAt dueAt completedAt company contact lead deal
  Activity.internal       body
  Product.core            id version createdAt updatedAt deletedAt externalReferences name sku family description price isActive
  Tag.core                id version createdAt updatedAt deletedAt name color
  Pipeline.core           id version createdAt updatedAt deletedAt name kind position stages
  Stage.core              id version createdAt updatedAt deletedAt name position status probability pipeline nextStages
  Team.core               id version createdAt updatedAt deletedAt name parent children members
  Member.core             id version createdAt updatedAt externalReferences name isActive team roles
  Member.account          email lastSeenAt
  Role.core               id version createdAt updatedAt name isBuiltIn builtIn grants
  SecurityEvent.core      id at type result detail member subject noun recordId door ipAddress userAgent requestId
  RoleGrant.parent        noun verb reach fieldGroups
  ExternalReference.parent  source key
  RecordShare.parent      member team level endsAt createdAt
`);

/** Fields of records that need a right to do something to the record rather than to read it. */
export const fieldsByVerb = lists(`
  share   Company.shares Contact.shares Lead.shares Deal.shares Activity.shares
`);
