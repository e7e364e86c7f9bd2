import type { Database } from '../../src/db/database.ts';
import type { Prisma } from '../../src/db/generated/prisma/client.ts';

type Person = { id: string };
/** Columns as they are; `owner` in place of `ownerId`. What a test does not name is invented. */
type Wanted<Columns> = Partial<Omit<Columns, 'workspaceId'>> & { owner?: Person | null };

/** Builders of records, written past the API: each answers with the id, and the global id that the API knows it by. */
export type Builders = {
  aCompany(wanted?: Wanted<Prisma.CompanyUncheckedCreateInput>): Promise<Built>;
  aContact(wanted?: Wanted<Prisma.ContactUncheckedCreateInput>): Promise<Built>;
  aLead(wanted?: Wanted<Prisma.LeadUncheckedCreateInput> & { stage?: string }): Promise<Built>;
  aDeal(wanted?: Wanted<Prisma.DealUncheckedCreateInput> & { stage?: string }): Promise<Built>;
  anActivity(wanted?: Wanted<Prisma.ActivityUncheckedCreateInput>): Promise<Built>;
  aTag(wanted?: Wanted<Prisma.TagUncheckedCreateInput>): Promise<Built>;
  aProduct(wanted?: Wanted<Prisma.ProductUncheckedCreateInput>): Promise<Built>;
};
export type Built = { id: string; globalId: string };

type Pipeline = { id: string; stages: Record<string, string> };
type Place = {
  database: Database; workspaceId: string; newId: () => string; pipelines: { deal: Pipeline; lead: Pipeline };
};

export function buildersOn({ database, workspaceId, newId, pipelines }: Place): Builders {
  async function build(
    noun: string, { owner, ...columns }: Record<string, unknown> & { owner?: Person | null }, invented: Record<string,
    unknown>,
  ): Promise<Built> {
    const id = (columns.id as string | undefined) ?? newId();
    await database.transaction(workspaceId, async (tx) => {
      const table = (tx as unknown as Record<string, { create(query: { data: object }): Promise<unknown> }>)[noun]!;
      await table.create({
        data: { workspaceId, ...(owner ? { ownerId: owner.id } : {}), ...invented, ...columns, id },
      });
    });
    return { id, globalId: `${noun}_${id}` };
  }

  function inPipeline(pipeline: Pipeline, stage: string | undefined) {
    const stageId = stage ? pipeline.stages[stage] : Object.values(pipeline.stages)[0];
    if (!stageId) throw new Error(`There is no stage ${stage}; there are ${Object.keys(pipeline.stages).join(', ')}.`);
    return { pipelineId: pipeline.id, stageId };
  }

  return {
    aCompany: (wanted = {}) => build('company', wanted, { name: 'A company', currency: 'EUR' }),
    aContact: (wanted = {}) => build('contact', wanted, { firstName: 'A', lastName: 'Contact' }),
    aLead: ({ stage, ...wanted } = {}) =>
      build('lead', wanted, { title: 'A lead', currency: 'EUR', ...inPipeline(pipelines.lead, stage) }),
    aDeal: ({ stage, ...wanted } = {}) =>
      build('deal', wanted, { title: 'A deal', currency: 'EUR', ...inPipeline(pipelines.deal, stage) }),
    anActivity: (wanted = {}) => build('activity', wanted, { kind: 'TASK', subject: 'An activity' }),
    aTag: (wanted = {}) => build('tag', wanted, { name: `Tag ${newId()}` }),
    aProduct: (wanted = {}) => build('product', wanted, { name: 'A product', currency: 'EUR' }),
  };
}
