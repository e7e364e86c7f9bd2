import { Database, type DatabaseOptions, type Transaction } from '../src/db/database.ts';
import * as identity from '../src/db/identity.ts';
import { inTurn } from '../src/db/setup/in-turn.ts';
import { createUser } from '../src/services/identity/create-user.ts';
import { createWorkspace } from '../src/services/identity/create-workspace.ts';
import { type Filling, demoNow } from './demo/demo.ts';
import { fillWorkspace } from './demo/fill-workspace.ts';
import { demoPassword, demoPeople, rivalOwner } from './demo/people.ts';
import { Chance } from './demo/random.ts';
import { lossReasons } from './demo/words.ts';

/**
 * Seeds the workspaces `demo` and `rival`, the same on every machine. What is there already stays as it is, so it may
 * be called at every start; a seeding that was cut short goes on where it stopped, and of two at once one waits.
 *
 * @param url of the server's own role: the demo is written under the same walls as everything else
 */
export async function seedDemo(
  url: string, say: (line: string) => void = () => undefined, pooling: DatabaseOptions['pooling'] = 'session',
): Promise<void> {
  const tellWait = () => say('Another process is filling the demo: waiting for it …');
  const demo = { slug: 'demo', name: 'Demo Inc.', owner: demoPeople[0]! };
  const rival = { slug: 'rival', name: 'Rival Ltd.', owner: rivalOwner };
  await inTurn({ url, pooling }, 'gatehouse demo', tellWait, async () => {
    const database = new Database({ url, pooling, poolSize: 2, onConnectionError: () => undefined });
    try {
      await seedWorkspace(database, demo, { companies: 40, deals: 260, leads: 90, seed: 20261120 }, say);
      await seedWorkspace(database, rival, { companies: 8, deals: 20, leads: 10, seed: 4711 }, say);
    } finally {
      await database.close();
    }
  });
}

async function seedWorkspace(
  database: Database, { slug, name, owner }: { slug: string; name: string; owner: { email: string; name: string } },
  { seed, ...counts }: Omit<Filling, 'owners'> & { seed: number }, say: (line: string) => void,
): Promise<void> {
  const yearAgo = new Date(demoNow.getTime() - 366 * 86_400_000);
  const now = () => yearAgo;
  // One row of ids for each step: a step that was done by an earlier start must not shift those of the next.
  const ids = (offset: number) => {
    const chance = new Chance(seed + offset);
    return () => chance.id(yearAgo);
  };
  const newId = ids(2);
  let workspaceId = await identity.findWorkspaceBySlug(database, slug);
  if (!workspaceId) {
    const created = await createWorkspace({ database, newId: ids(1), now }, {
      slug, name, currency: 'EUR', timeZone: 'Europe/Berlin', owner: { ...owner, password: demoPassword },
    });
    if (!created.ok) throw new Error(created.userErrors.map(({ message }) => message).join(' '));
    workspaceId = created.value.workspaceId;
  }
  const id = workspaceId;
  const isSeeded = await database.transaction(id, (tx) => tx.company.count({ where: { workspaceId: id } })) > 0;
  if (isSeeded) return;
  say(`Filling the workspace ${slug} with a year of sales …`);
  const users = slug === 'demo' ? await createUsers(database, newId) : new Map<string, string>();
  await database.transaction(id, async (tx) => {
    const owners = slug === 'demo' ? await createMembers(tx, id, users, newId) : await ownersOf(tx, id);
    if (slug === 'demo') await createRenewals(tx, id, newId);
    await fillWorkspace(tx, id, { owners, ...counts }, seed);
    // Loaded only here: it brings the whole schema with it, and most starts find the demo filled.
    const { convertLeads } = await import('./demo/convert-leads.ts');
    await convertLeads(database, tx, { id, slug }, seed + 3);
  }, { timeoutMilliseconds: 120_000 });
}

/** Users belong to no workspace; the owner exists already. */
async function createUsers(database: Database, newId: () => string): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const { email, name } of demoPeople.slice(1)) {
    const created = await createUser(database, newId, { email, name, password: demoPassword });
    if (!created.ok) throw new Error(created.userErrors.map(({ message }) => message).join(' '));
    ids.set(email, created.value.userId);
  }
  return ids;
}

async function createMembers(
  tx: Transaction, workspaceId: string, users: Map<string, string>, newId: () => string,
): Promise<Filling['owners']> {
  const teams = { Sales: newId(), North: newId(), South: newId() };
  await tx.team.create({ data: { workspaceId, id: teams.Sales, name: 'Sales' }, select: { id: true } });
  await tx.team.createMany({ data: [
    { workspaceId, id: teams.North, name: 'North', parentId: teams.Sales },
    { workspaceId, id: teams.South, name: 'South', parentId: teams.Sales },
  ] });
  const roles = await tx.role.findMany({ where: { workspaceId } });
  const owners: { id: string; teamId: string | null }[] = [];
  for (const { email, name, role, team } of demoPeople.slice(1)) {
    const member = {
      workspaceId, id: newId(), userId: users.get(email)!, name, email, teamId: team ? teams[team] : null,
    };
    await tx.member.create({ data: member, select: { id: true } });
    await tx.memberRole.create({
      data: { workspaceId, memberId: member.id, roleId: roles.find(({ builtIn }) => builtIn === role)!.id },
    });
    if (role === 'MANAGER' || role === 'REP') owners.push({ id: member.id, teamId: member.teamId });
  }
  return owners;
}

async function ownersOf(tx: Transaction, workspaceId: string): Promise<Filling['owners']> {
  return tx.member.findMany({ where: { workspaceId }, select: { id: true, teamId: true } });
}

/** The demo's second pipeline for deals, the one whose stages have rules. */
async function createRenewals(tx: Transaction, workspaceId: string, newId: () => string): Promise<void> {
  const pipelineId = newId();
  await tx.pipeline.create({
    data: { workspaceId, id: pipelineId, name: 'Renewals', kind: 'DEAL', position: 2 }, select: { id: true },
  });
  const [due, offered, renewed, cancelled] = [newId(), newId(), newId(), newId()];
  const stages = [
    { id: due, name: 'Due', probability: 60 },
    { id: offered, name: 'Offer sent', probability: 75, requiredFields: ['amount', 'expectedCloseOn'] },
    { id: renewed, name: 'Renewed', probability: 100, status: 'WON' as const },
    { id: cancelled, name: 'Cancelled', probability: 0, status: 'LOST' as const, isReasonRequired: true },
  ];
  await tx.stage.createMany({
    data: stages.map((stage, position) => ({ workspaceId, pipelineId, position, ...stage })),
  });
  const ways = [[due, offered], [due, cancelled], [offered, due], [offered, renewed], [offered, cancelled]] as const;
  await tx.stageTransition.createMany({
    data: ways.map(([fromStageId, toStageId]) => ({ workspaceId, pipelineId, fromStageId, toStageId })),
  });
  await tx.stageReason.createMany({
    data: lossReasons.map((name, position) => ({ workspaceId, id: newId(), stageId: cancelled, position, name })),
  });
}
