import { lists, table } from './tables.ts';

/*
 * Numbers about many records, written by hand from the product rules: a filter, a group, a count tell as much as the
 * records themselves. What is counted is what the asker reads; what is added up is only where he reads the field of
 * every record in his reach (*always*); a filter is refused where he reads the field of none, and bounded to the
 * records where he reads it otherwise.
 */

/** Who gets sums of a deal's `financial` fields: of all that is in his reach, or nobody's. */
export const sums = table(`
                            sum      weightedSum  forecast
  OWNER ADMIN MANAGER REP   reach    reach        reach
  VIEWER CLERK MIXED        refused  refused      refused`);

/** Counts under a condition on a field of this group: of `reach`, of `some` of it, or refused. */
export const counts = table(`
                            core   financial  internal
  OWNER ADMIN MANAGER REP   reach  reach      reach
  VIEWER CLERK              reach  refused    refused
  MIXED                     reach  some       some`);

/** Every place that takes a condition on deals, and how numbers.test.ts tries it; one without its line fails there. */
export const conditionsOnDeals = lists(`
  Query.deals.where            list
  Query.pipelineSummary.where  summary
  Query.pipelineFlow.where     flow
  Query.forecast.where         forecast
  Company.deals.where          ofCompanies
  Contact.deals.where          ofContacts
  CompanyWhere.deals           companies
  ContactWhere.deals           contacts
  ActivityWhere.deal           activities
  DealQuantifier.some          companies contacts
  DealQuantifier.none          companiesWithout contactsWithout
  DealWhere.and                list
  DealWhere.or                 list
  DealWhere.not                list
`);

/**
 * Every number that is not a record's own, by what it is a number of. What is `counted` and `summed` is tried in
 * numbers.test.ts, and `derived` from that; the others tell of one record, which its reader has (`ofRecord`), of the
 * asker's own input (`ofInput`), or need the right to see all that is in them (`ofAllSeen`).
 */
export const numbers = lists(`
  Connection.counted              totalCount
  PipelineTotals.counted          count
  PipelineTotals.summed           sum weightedSum
  StageSummary.counted            count
  StageSummary.summed             sum weightedSum
  StageFlow.counted               entered left
  StageFlow.derived               medianSeconds
  StageStep.counted               count
  StageStep.derived               share
  ForecastGroup.counted           count
  ForecastGroup.summed            sum weightedSum converted weightedConverted

  DealMoveManyPayload.ofInput     doneCount refusedCount
  LeadMoveManyPayload.ofInput     doneCount refusedCount
  LeadConvertManyPayload.ofInput  doneCount refusedCount
  Money.ofRecord                  amountMinor
  DealLine.ofRecord               discountPercent quantity unitPriceMinor
  DealStageChange.ofRecord        amount probability secondsInStage
  DealStageTime.ofRecord          timesEntered totalSeconds
  LeadStageChange.ofRecord        amount probability secondsInStage
  LeadStageTime.ofRecord          timesEntered totalSeconds
  SearchHit.ofRecord              score
  VersionConflict.ofRecord        currentVersion
  MailEvent.ofRecord              attempt
  MailTemplate.ofRecord           version
  SecuritySettings.ofRecord       sessionIdleMinutes sessionLifetimeMinutes version

  InUse.ofAllSeen                 count
  ConversionSettled.ofAllSeen     count
  OwnedRecordCount.ofAllSeen      count
  MemberRemovalPlan.ofAllSeen     apiKeyCount invitationCount
  PipelineChangePlan.ofAllSeen    movedCount
  PlannedStage.ofAllSeen          inBinCount recordCount
  RecordCountChange.ofAllSeen     before after
  WaitingJobs.ofAllSeen           retrying running waiting
`);
