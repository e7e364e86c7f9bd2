import { violatedConstraint } from '../db/violated-constraint.ts';
import { type UserError, alreadyTaken, invalid, userError } from './errors.ts';

/**
 * What to say when the database refuses what a command has let pass: because somebody else was faster, or because the
 * command does not check it itself.
 *
 * @returns null for errors that are no constraint's, and for constraints that only a bug runs into
 */
export function constraintError(error: unknown): UserError | null {
  const constraint = violatedConstraint(error);
  return constraint ? errorsByConstraint[constraint] ?? null : null;
}

function taken(message: string, ...field: string[]): UserError {
  return alreadyTaken(message, 'input', ...field);
}

function wrong(message: string, ...field: string[]): UserError {
  return invalid(message, 'input', ...field);
}

const inCircle = (noun: string) => wrong(`A ${noun} cannot belong to itself, nor to a ${noun} below it.`, 'parentId');
const nameLength = (most: number) => wrong(`name has between 1 and ${most} characters.`, 'name');
const titleLength = wrong('title has between 1 and 500 characters.', 'title');
const noCountry = wrong('country is an ISO 3166-1 alpha-2 code such as DE.', 'country');
const noCurrency = wrong('currency is an ISO 4217 code such as EUR.', 'currency');
const twoPrimaries = (list: string) => wrong('At most one of them is the primary one.', list);

/** Walls, 2 and 3, and the unique keys of the Prisma schema. */
const errorsByConstraint: Record<string, UserError> = {
  external_reference_workspace_id_noun_source_key_key: taken(
    'Another record has this external id.', 'externalReferences'),
  external_reference_key_check: wrong('A source has 1 to 100 characters and a key 1 to 255.', 'externalReferences'),

  company_name_check: nameLength(500),
  company_currency_check: noCurrency,
  company_country_check: noCountry,
  company_parent_check: inCircle('company'),
  company_tree_check: inCircle('company'),
  company_employee_count_check: wrong('employeeCount is 0 or more.', 'employeeCount'),
  company_revenue_check: wrong('annualRevenue is 0 or more.', 'annualRevenue'),
  company_founded_year_check: wrong('foundedYear is between 1000 and 9999.', 'foundedYear'),

  contact_name_check: wrong('A contact has a first or a last name; together at most 500 characters.', 'lastName'),
  contact_email_address_check: wrong('An e-mail address has 3 to 254 characters and an @.', 'emails'),
  contact_email_address_key: wrong('An e-mail address is in the list twice.', 'emails'),
  contact_email_primary_key: twoPrimaries('emails'),
  contact_phone_number_check: wrong('A telephone number has 2 to 64 characters.', 'phones'),
  contact_phone_primary_key: twoPrimaries('phones'),
  contact_address_country_check: wrong('country is an ISO 3166-1 alpha-2 code such as DE.', 'addresses'),
  contact_address_primary_key: twoPrimaries('addresses'),

  lead_title_check: titleLength,
  lead_currency_check: noCurrency,
  lead_country_check: noCountry,
  lead_conversion_check: userError(
    'LEAD_CONVERTED', 'The lead was converted: it stays closed and is not deleted.', 'input', 'id'),
  lead_score_check: wrong('score is between 0 and 100.', 'score'),

  deal_title_check: titleLength,
  deal_currency_check: noCurrency,
  deal_probability_check: wrong('probability is between 0 and 100.', 'probability'),
  deal_contact_workspace_id_deal_id_contact_id_key: wrong('A contact is in the list twice.', 'contacts'),
  deal_line_description_check: wrong('description has between 1 and 500 characters.', 'lines'),
  deal_line_quantity_check: wrong('quantity is more than 0.', 'lines'),
  deal_line_discount_check: wrong('discountPercent is between 0 and 100.', 'lines'),

  activity_subject_check: wrong('subject has between 1 and 500 characters.', 'subject'),
  activity_task_check: wrong('Only tasks have a due date.', 'dueAt'),
  activity_completion_check: wrong('Only tasks are completed.', 'completedAt'),

  product_name_check: nameLength(500),
  product_currency_check: noCurrency,
  product_price_check: wrong('price is 0 or more.', 'price'),
  product_sku_key: taken('Another product has this sku.', 'sku'),
  tag_name_check: nameLength(100),
  tag_color_check: wrong('color is written #rrggbb, with digits and the letters a to f.', 'color'),
  tag_name_key: taken('Another tag has this name.', 'name'),

  team_name_check: nameLength(200),
  team_name_key: taken('Another team below the same one has this name.', 'name'),
  team_parent_check: inCircle('team'),
  team_tree_check: inCircle('team'),
  member_name_check: nameLength(200),
  member_email_key: taken('Another member has this e-mail address.', 'email'),
  api_key_name_check: nameLength(100),
  invitation_name_check: nameLength(200),
  invitation_email_key: taken('An invitation to this address waits already: send it again.', 'email'),
  role_name_check: nameLength(200),
  role_name_key: taken('Another role has this name.', 'name'),

  mail_suppression_address_check: wrong('address is no e-mail address.', 'address'),
  mail_suppression_note_check: wrong('note has at most 500 characters.', 'note'),
  mail_suppression_workspace_id_address_key: taken('The address is on the list already.', 'address'),
  mail_template_override_subject_check: wrong('subject has between 1 and 200 characters.', 'subject'),
  mail_template_override_body_check: wrong('body has between 1 and 20000 characters.', 'body'),
  mail_template_override_workspace_id_template_locale_key: taken(
    'Somebody else has written this template anew meanwhile.', 'name'),

  pipeline_name_check: nameLength(200),
  pipeline_name_key: taken('Another pipeline of this kind has this name.', 'name'),
  exchange_rate_currency_check: wrong('A currency is an ISO 4217 code such as EUR.', 'currency'),
  exchange_rate_same_check: wrong('A rate is between two currencies.', 'currency'),
  exchange_rate_rate_check: wrong('rate is more than 0.', 'rate'),
  exchange_rate_day_key: taken('There is a rate of this currency for this day.', 'validOn'),

  stage_forecast_category_check: wrong(
    'Only an open stage has a forecast category, and none is CLOSED.', 'forecastCategory'),
  stage_rot_after_days_check: wrong('Records rot in open stages, after 1 to 3650 days.', 'rotAfterDays'),
  deal_forecast_category_check: wrong('A deal is CLOSED by its stage alone.', 'forecastCategory'),
  stage_name_check: nameLength(200),
  stage_name_key: taken('Another stage of this pipeline has this name.', 'name'),
  stage_probability_check: wrong('probability is between 0 and 100.', 'probability'),
  stage_reason_name_check: wrong('A reason has between 1 and 200 characters.', 'reasons'),
  stage_reason_name_key: wrong('A reason is in the list twice.', 'reasons'),
  stage_required_fields_check: wrong('requiredFields has at most 50 entries.', 'requiredFields'),
  stage_order_check: wrong('Stages that close a record stand behind open ones.', 'position'),
  stage_status_probability_check: wrong(
    'A stage that means won has probability 100, one that means lost 0.', 'probability'),
};

/** All that have words for people; a test compares them with the database. */
export const namedConstraints: readonly string[] = Object.keys(errorsByConstraint);
