import { forecastCategory } from '../db/forecast-category.ts';
import { allowed } from '../auth/reach.ts';
import { modelNamed } from '../db/models.ts';
import { printSql } from '../db/print-sql.ts';
import type { Derivation } from '../db/reader/reading.ts';
import { builder } from './builder.ts';

export const ForecastCategory = builder.enumType('ForecastCategory', {
  description: 'What a forecast makes of a deal.',
  values: {
    OMITTED: { description: 'Left out; all that are lost.' },
    PIPELINE: { description: 'Not to be counted on yet.' },
    BEST_CASE: { description: 'If things go well.' },
    COMMIT: { description: 'To be counted on.' },
    CLOSED: { description: 'Won. Nobody sets this: it follows from the stage.' },
  },
});

/** The category of a deal. It tells of the stage that the deal is in, so it is null for whoever cannot read stages. */
export const dealForecastCategory: Derivation = (alias, { values, profile }) => {
  const stage = values.alias();
  const stages = modelNamed('Stage');
  return `(select ${forecastCategory(alias, stage)} from ${stages.table} ${stage}`
    + ` where ${stage}.workspace_id = ${alias}.workspace_id and ${stage}.id = ${alias}.stage_id`
    + ` and ${printSql(allowed(profile, 'stage', 'read'), stages, stage, values)})`;
};

export const categoryDescription = 'OMITTED, PIPELINE, BEST_CASE or COMMIT; CLOSED is nothing that anybody sets.';
