/**
 * What a forecast makes of a deal: in a closed stage that is sure; in an open one it is what somebody set by hand, else
 * what the stage says.
 *
 * @param deal an alias of the table of deals
 * @param stage an alias of the table of stages: that of the deal
 */
export function forecastCategory(deal: string, stage: string): string {
  return `case ${stage}.status when 'WON' then 'CLOSED' when 'LOST' then 'OMITTED'`
    + ` else coalesce(${deal}.forecast_category, ${stage}.forecast_category, 'PIPELINE')::text end`;
}
