import DataLoader from 'dataloader';
import { type Noun, type Permission, parsePermission } from '../../auth/nouns.ts';
import { parametersOf, permitted } from '../../auth/reach.ts';
import { readFlags } from '../../db/reader/flags.ts';
import { modelNamed } from '../../db/models.ts';
import type { Predicate } from '../../db/predicate.ts';
import type { ServiceContext } from '../context.ts';
import { modelOf } from '../noun-models.ts';

type Question = { noun: Noun; id: string; condition: Predicate };

/**
 * Answers what the principal may do, from the predicates that enforce it. One for a request: questions about records
 * that are asked together become one statement for each kind of record.
 */
export class Permissions {
  readonly #context: ServiceContext;
  readonly #answers: DataLoader<Question, boolean>;

  constructor(context: ServiceContext) {
    this.#context = context;
    this.#answers = new DataLoader((questions) => answer(context, questions), { cache: false, maxBatchSize: 200 });
  }

  /** Whether there is any record that the principal may do this to, or may read these fields of. */
  canAnywhere(permission: Permission): boolean {
    const { profile } = this.#context.principal;
    const { noun, verb, fieldGroup } = parsePermission(permission);
    return verb ? profile.reachOf(noun, verb) !== null : profile.readVerdict(noun, fieldGroup!) !== 'never';
  }

  /** Whether the principal may do this to the record. False for one that he cannot read; restored are deleted ones. */
  async canOn(permission: Permission, id: string): Promise<boolean> {
    const { profile } = this.#context.principal;
    const { noun, verb = 'read', fieldGroup } = parsePermission(permission);
    const condition = permitted(profile, noun, verb, fieldGroup);
    return condition.kind === 'never' ? false : this.#answers.load({ noun, id, condition });
  }
}

/** Whether single records of a noun can be asked about. */
export function hasRecords(noun: Noun): boolean {
  return modelOf[noun] !== undefined;
}

async function answer(
  { services, principal, signal }: ServiceContext, questions: readonly Question[],
): Promise<boolean[]> {
  const parameters = parametersOf(principal, services.now());
  const answers = new Map<Question, boolean>();
  await Promise.all([...Map.groupBy(questions, ({ noun }) => noun)].map(async ([noun, ofNoun]) => {
    const conditions = [...new Set(ofNoun.map(({ condition }) => condition))];
    const ids = [...new Set(ofNoun.map(({ id }) => id))];
    const found = await readFlags(
      services.database, principal.workspace.id, modelNamed(modelOf[noun]!), ids, conditions, parameters, signal,
    );
    for (const each of ofNoun)
      answers.set(each, found.get(each.id)?.has(conditions.indexOf(each.condition)) ?? false);
  }));
  return questions.map((each) => answers.get(each)!);
}
