import { forecastCategory } from '../db/forecast-category.ts';
import { modelNamed } from '../db/models.ts';
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

/** The category of a deal, under its own name in the row. */
export const dealForecastCategory: Derivation = (alias, { values }) => {
  const stage = values.alias();
  return `(select ${forecastCategory(alias, stage)} from ${modelNamed('Stage').table} ${stage}`
    + ` where ${stage}.workspace_id = ${alias}.workspace_id and ${stage}.id = ${alias}.stage_id)`;
};

export const categoryDescription = 'OMITTED, PIPELINE, BEST_CASE or COMMIT; CLOSED is nothing that anybody sets.';
