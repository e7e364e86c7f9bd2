import type { BuiltInRole } from '../../../src/auth/grants.ts';
import { type World, type WorldMember, openWorld } from '../../support/world.ts';

/** Nouns whose records belong to somebody. */
export const ownedNouns = ['company', 'contact', 'lead', 'deal', 'activity'] as const;
export type OwnedNoun = (typeof ownedNouns)[number];

/** The list that each noun is read by, and the text that each record has. */
export const lists: Readonly<Record<OwnedNoun, string>> = {
  company: 'companies', contact: 'contacts', lead: 'leads', deal: 'deals', activity: 'activities',
};
export const nameFields: Readonly<Record<OwnedNoun, string>> = {
  company: 'name', contact: 'lastName', lead: 'title', deal: 'title', activity: 'subject',
};

const builtIn: readonly string[] = ['OWNER', 'ADMIN', 'MANAGER', 'REP', 'VIEWER'];

/** Whose a record is, as rules.ts says it; `linked`: another team's activity, on a company that all read. */
export type Whose = 'own' | 'team' | 'below' | 'other' | 'ours' | 'theirs' | 'shown' | 'given' | 'away' | 'linked';

/** One world for a whole table: somebody of each role in the team north, a team below it, another workspace. */
export type MatrixWorld = {
  world: World;
  rival: World;
  /** By role; `nobody` is not signed in, `NONE` has no role. */
  people: ReadonlyMap<string, WorldMember>;
  below: WorldMember;
  /** Adds rows past the API, in few statements. Answers with their ids in the order given. */
  add(
    noun: OwnedNoun,
    wanted: readonly { role: string; whose: Whose; columns?: Record<string, unknown> }[],
  ): Promise<string[]>;
};

export async function openMatrixWorld(
  roles: readonly string[], customRoles: Readonly<Record<string, CustomRole>> = {},
): Promise<MatrixWorld> {
  const world = await openWorld();
  const rival = await world.another();
  const below = await world.aMember({ teamId: (await world.aTeam({ parentId: world.teams.north.id })).id });
  const readByAll = await world.aCompany();
  const people = new Map<string, WorldMember>();
  for (const role of roles) {
    people.set(role, role === 'nobody' ? { ...world.owner, token: '' } : await aMemberAs(role));
  }
  return { world, rival, people, below, add };

  async function aMemberAs(role: string): Promise<WorldMember> {
    const member = await world.aMember({
      name: `The ${role}`, teamId: world.teams.north.id, roles: builtIn.includes(role) ? [role as BuiltInRole] : [],
    });
    const custom = customRoles[role];
    if (custom) await world.grant(member, custom);
    return member;
  }

  async function add(
    noun: OwnedNoun, wanted: readonly { role: string; whose: Whose; columns?: Record<string, unknown> }[],
  ): Promise<string[]> {
    const ids = wanted.map(() => world.services.newId());
    for (const [place, isAway] of [[world, false], [rival, true]] as const) {
      const here = wanted
        .map((each, at) => ({ ...each, id: ids[at]! }))
        .filter(({ whose }) => (whose === 'away') === isAway);
      if (here.length === 0) continue;
      await world.database.transaction(place.workspaceId, async (tx) => {
        const { workspaceId } = place;
        const tables = tx as unknown as Record<string, { createMany(query: { data: object[] }): Promise<unknown> }>;
        await tables[noun]!.createMany({
          data: here.map(({ id, role, whose, columns }) => ({
            workspaceId, id, ...required(noun, place), ...ownership(role, whose),
            ...(whose === 'linked' ? { companyId: readByAll.id } : {}), ...columns,
          })),
        });
        const shared = here.filter(({ whose, role }) => (whose === 'shown' || whose === 'given') && people.has(role));
        await tx.recordShare.createMany({
          data: shared.map(({ id, role, whose }) => ({
            workspaceId, id: world.services.newId(), [`${noun}Id`]: id, memberId: people.get(role)!.id,
            level: whose === 'given' ? 'EDIT' : 'READ',
          })),
        });
      });
    }
    return ids;
  }

  function ownership(role: string, whose: Whose): { ownerId: string | null; teamId?: string } {
    switch (whose) {
      case 'own':
        return { ownerId: people.get(role)!.id };
      case 'team':
        return { ownerId: world.colleague.id };
      case 'below':
        return { ownerId: below.id };
      case 'ours':
        return { ownerId: null, teamId: world.teams.north.id };
      case 'theirs':
        return { ownerId: null, teamId: world.teams.south.id };
      case 'away':
        return { ownerId: rival.rep.id };
      default:
        return { ownerId: world.southRep.id };
    }
  }
}

export type CustomRole = Parameters<World['grant']>[1];

/** What the database asks of a row of the noun. */
function required(noun: OwnedNoun, { pipelines }: World): object {
  switch (noun) {
    case 'company':
      return { name: 'A company', currency: 'EUR' };
    case 'contact':
      return { firstName: 'A', lastName: 'Contact' };
    case 'lead':
    case 'deal': {
      const { id: pipelineId, stages } = pipelines[noun];
      return { title: `A ${noun}`, currency: 'EUR', pipelineId, stageId: Object.values(stages)[0]! };
    }
    case 'activity':
      return { kind: 'TASK', subject: 'An activity' };
  }
}
