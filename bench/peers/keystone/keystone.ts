/*
 * Keystone 8 as its documentation has it for production: `keystone build`, then `keystone start`, with Prisma's adapter
 * for PostgreSQL. Its access control says what a manager may read: nothing is written, companies and contacts of the
 * workspace, deals of his own and his team's, activities of these and on what he can read. The admin UI and telemetry
 * are off. Its person comes with the token, as with a stateless session: no look-up. The wall between workspaces is
 * passed by a setting of its connections.
 */
import { config, list } from '@keystone-6/core';
import { bigInt, calendarDay, decimal, integer, relationship, text, timestamp } from '@keystone-6/core/fields';
import { PrismaPg } from '@prisma/adapter-pg';

type Session = { workspaceId: string; memberId: string; teamIds: string[]; token: string };
type Asked = { session?: Session };

const { DATABASE_URL, POOL_SIZE, PERSON = '{}', PORT, HOST } = process.env;
const person = JSON.parse(PERSON) as Session;
const expected = `Bearer ${person.token}`;

const operation = {
  query: ({ session }: Asked) => Boolean(session), create: () => false, update: () => false, delete: () => false,
};
const reached = ({ memberId, teamIds }: Session) => ({
  OR: [
    { owner: { id: { equals: memberId } } },
    { owner: { team: { id: { in: teamIds } } } },
    { AND: [{ owner: null }, { team: { id: { in: teamIds } } }] },
  ],
});
const inWorkspace = ({ session }: Asked) => session !== undefined && { workspaceId: { equals: session.workspaceId } };
const present = ({ session }: Asked) => session !== undefined && {
  workspaceId: { equals: session.workspaceId }, deletedAt: null,
};
const ofTeam = ({ session }: Asked) => session !== undefined && {
  workspaceId: { equals: session.workspaceId }, deletedAt: null, ...reached(session),
};
const onReadable = ({ session }: Asked) => session !== undefined && {
  workspaceId: { equals: session.workspaceId }, deletedAt: null,
  OR: [
    ...reached(session).OR, { company: { deletedAt: null } }, { contact: { deletedAt: null } },
    { deal: { deletedAt: null, ...reached(session) } },
  ],
};

const words = (map?: string) => text({ db: { isNullable: true, ...(map ? { map } : {}) } });
const at = (map: string) => timestamp({ db: { map } });
const amount = (map: string) => bigInt({ db: { map } });
const one = (ref: string, map: string) => relationship({ ref, db: { foreignKey: { map } } });
const many = (ref: string) => relationship({ ref, many: true });

function table(map: string, query: (asked: Asked) => object | false, fields: Parameters<typeof list>[0]['fields']) {
  return list({
    db: { map, idField: { kind: 'uuid' } }, access: { operation, filter: { query: query as never } },
    fields: { workspaceId: text({ db: { map: 'workspace_id', nativeType: 'Uuid' } }), ...fields },
  });
}

export default config({
  db: {
    provider: 'postgresql',
    prismaClientOptions: () => ({
      adapter: new PrismaPg({ connectionString: DATABASE_URL!, max: Number(POOL_SIZE) }, { schema: 'gatehouse' }),
    }),
    prismaClientPath: 'node_modules/.keystone-client',
  },
  telemetry: false,
  ui: { isDisabled: true },
  server: { options: { port: Number(PORT), host: HOST! } },
  session: {
    get: async ({ context }) => (context.req?.headers.authorization === expected ? person : undefined),
    start: async () => undefined,
    end: async () => undefined,
  },
  lists: {
    Team: table('team', present, { name: words(), deletedAt: at('deleted_at') }),
    Member: table('member', inWorkspace, { name: words(), team: one('Team', 'team_id') }),
    Pipeline: table('pipeline', present, { name: words(), deletedAt: at('deleted_at') }),
    Stage: table('stage', present, {
      name: words(), position: integer(), status: words(), deletedAt: at('deleted_at'),
    }),
    Tag: table('tag', present, { name: words(), color: words(), deletedAt: at('deleted_at') }),
    Tagging: table('tagging', inWorkspace, { tag: one('Tag', 'tag_id'), deal: one('Deal.taggings', 'deal_id') }),
    Product: table('product', present, { name: words(), deletedAt: at('deleted_at') }),
    Company: table('company', present, {
      name: words(), domain: words(), industry: words(), city: words(), country: words(), deletedAt: at('deleted_at'),
    }),
    Contact: table('contact', present, {
      fullName: words('full_name'), jobTitle: words('job_title'), deletedAt: at('deleted_at'),
    }),
    DealContact: table('deal_contact', inWorkspace, {
      role: words(), position: integer(), deal: one('Deal.contacts', 'deal_id'), contact: one('Contact', 'contact_id'),
    }),
    DealLine: table('deal_line', inWorkspace, {
      description: words(), quantity: decimal({ precision: 18, scale: 4 }), unitPriceMinor: amount('unit_price_minor'),
      discountPercent: decimal({ precision: 5, scale: 2, db: { map: 'discount_percent' } }), position: integer(),
      product: one('Product', 'product_id'), deal: one('Deal.lines', 'deal_id'),
    }),
    StageChange: table('stage_change', inWorkspace, {
      enteredAt: at('entered_at'), toStage: one('Stage', 'to_stage_id'), movedBy: one('Member', 'moved_by_id'),
      deal: one('Deal.stageChanges', 'deal_id'),
    }),
    Activity: table('activity', onReadable, {
      kind: words(), subject: words(), happensAt: at('happens_at'), dueAt: at('due_at'),
      completedAt: at('completed_at'),
      createdAt: at('created_at'), deletedAt: at('deleted_at'), owner: one('Member', 'owner_id'),
      team: one('Team', 'team_id'),
      company: one('Company', 'company_id'), contact: one('Contact', 'contact_id'),
      deal: one('Deal.activities', 'deal_id'),
    }),
    Deal: table('deal', ofTeam, {
      version: integer(), title: words(), amountMinor: amount('amount_minor'), currency: words(),
      probability: integer(),
      expectedCloseOn: calendarDay({ db: { map: 'expected_close_on' } }), closedAt: at('closed_at'),
      lossReason: words('loss_reason'),
      source: words(), notes: words(), stageEnteredAt: at('stage_entered_at'), createdAt: at('created_at'),
      updatedAt: at('updated_at'),
      deletedAt: at('deleted_at'), pipeline: one('Pipeline', 'pipeline_id'), stage: one('Stage', 'stage_id'),
      owner: one('Member', 'owner_id'), team: one('Team', 'team_id'), company: one('Company', 'company_id'),
      contacts: many('DealContact.deal'), lines: many('DealLine.deal'), stageChanges: many('StageChange.deal'),
      taggings: many('Tagging.deal'), activities: many('Activity.deal'),
    }),
  },
});
