import pg from 'pg';
import { apiKeyOf } from '../../../src/auth/api-key.ts';
import { hashToken } from '../../../src/auth/tokens.ts';
import { type TestDatabase, createTestDatabase } from '../../support/database.ts';
import { type PersonKey, keys } from './people.ts';
import { type Row, type World, tables } from './world.ts';

/** The same for the same person in every database; of the form that tokens have. */
export function tokenOf(slug: string, person: PersonKey): string {
  return `token${person}at${slug}`.padEnd(40, 'x');
}

/** A database of its own with exactly these rows, written past the API as the owner of the tables. */
export async function loadWorld(world: World): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await asOwner(database, async (client) => {
    const workspaces = world.workspace!.map(({ id }) => id as string);
    for (const table of tables) {
      const rows = table === 'session' ? sessionsOf(world) : world[table]!;
      for (const workspaceId of workspaces) {
        const own = rows.filter((row) => ownerOf(table, row, workspaces[0]!) === workspaceId);
        if (own.length === 0) continue;
        await client.query(`begin; set local gatehouse.workspace_id = '${workspaceId}'`);
        // What a row does not name is as the database has it by default.
        for (const alike of Map.groupBy(own, (row) => Object.keys(row).sort().join()).values()) {
          await client.query(insert(table, alike));
        }
        await client.query('commit');
      }
    }
    await client.query(`begin; set local gatehouse.workspace_id = '${workspaces[0]!}'`);
    for (const [table, rows] of Object.entries({ ...keysOf(world), ...logsOf(world) })) {
      await client.query(insert(table, rows));
    }
    await client.query('commit');
  });
  return database;
}

/** Everybody is signed in again, as after loading, and was last seen when he was seen then. */
export async function renewSessions(database: TestDatabase, world: World): Promise<void> {
  await asOwner(database, async (client) => {
    await client.query('delete from session');
    await client.query(insert('session', sessionsOf(world)));
    for (const { id } of world.workspace!) {
      await client.query(`begin; set local gatehouse.workspace_id = '${id as string}'`);
      await client.query({
        text: `update member m set last_seen_at = seen.last_seen_at
          from jsonb_populate_recordset(null::member, $1) seen where m.id = seen.id and m.workspace_id = seen.workspace_id`,
        values: [JSON.stringify(world.member!.filter((row) => row.workspace_id === id))],
      });
      await client.query('commit');
    }
  });
}

async function asOwner(database: TestDatabase, run: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  try {
    await client.query('set role gatehouse_owner; set search_path = gatehouse');
    await run(client);
  } finally {
    await client.end();
  }
}

/** The workspace whose wall a row is written behind; rows above all walls go with the first. */
function ownerOf(table: string, row: Row, first: string): unknown {
  if (table === 'workspace') return row.id;
  return table === '"user"' || table === 'session' ? first : row.workspace_id;
}

function insert(table: string, rows: readonly Row[]): { text: string; values: unknown[] } {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const list = columns.join(', ');
  return {
    text: `insert into ${table} (${list}) select ${list} from jsonb_populate_recordset(null::${table}, $1)`,
    values: [JSON.stringify(rows)],
  };
}

/** Keys, the same in every world; nobody but who may read all of them reads any. */
function keysOf(world: World): Record<'api_key' | 'api_key_grant', Row[]> {
  const workspaceId = world.workspace![0]!.id;
  const rowsOf = keys.map(({ owner, secret, grants, person }, at) => {
    const id = `019a0000-0100-7000-8000-${String(at + 1).padStart(12, '0')}`;
    const member = world.member!
      .find((row) => row.workspace_id === workspaceId && (row.email as string).startsWith(`${owner}@`))!;
    const { prefix, tokenHash } = apiKeyOf(secret);
    return {
      key: {
        workspace_id: workspaceId, id, member_id: member.id, name: person.name, prefix, token_hash: tokenHash,
        has_all_grants: grants === null, expires_at: new Date(today + 29 * day).toISOString(), version: 1,
        created_at: new Date(today - day).toISOString(), updated_at: new Date(today - day).toISOString(),
      },
      grants: (grants ?? []).map(({ noun, verb, reach, groups }, row) => ({
        workspace_id: workspaceId, id: `019a0000-0200-7000-800${at}-${String(row + 1).padStart(12, '0')}`,
        api_key_id: id,
        noun, verb, reach: reach.toUpperCase(), field_groups: groups,
      })),
    };
  });
  return { api_key: rowsOf.map(({ key }) => key), api_key_grant: rowsOf.flatMap(({ grants }) => grants) };
}

/** What administrators find when they look: invitations, mails and jobs, the same in every world. */
function logsOf(world: World): Record<string, Row[]> {
  const workspaceId = world.workspace![0]!.id;
  const mia = world.member!
    .find((row) => row.workspace_id === workspaceId && (row.email as string).startsWith('mia@'))!;
  const role = world.role!.find((row) => row.workspace_id === workspaceId && row.built_in === 'REP')!;
  const id = (kind: number, at: number) => `019a0000-0${kind}00-7000-8000-${String(at).padStart(12, '0')}`;
  const before = '2026-11-22T10:00:00.000Z';
  const kept = { workspace_id: workspaceId, version: 1, created_at: before, updated_at: before };
  const mail = {
    ...kept, template: 'member-removed', locale: 'en', to_name: null, variables: { at: before }, attempts: 1,
    next_attempt_at: null,
  };
  return {
    invitation: [1, 2, 3].map((at) => ({
      ...kept, id: id(3, at), email: `invited-${at}@new.example`, name: null, team_id: null, invited_by_id: mia.id,
      sent_at: before,
      expires_at: '2026-11-28T10:00:00.000Z',
    })),
    invitation_role: [1, 2, 3].map((at) => ({ workspace_id: workspaceId, invitation_id: id(3, at), role_id: role.id })),
    mail: [
      ...[1, 2].map((at) => ({
        ...mail, id: id(4, at), to_address: `sent-${at}@new.example`, status: 'SENT', sent_at: before,
        message_id_header: `<sent-${at}@gatehouse.example>`,
      })),
      { ...mail, id: id(4, 3), to_address: 'refused@new.example', status: 'REFUSED', last_answer: '550 no' },
    ],
    mail_event: [1, 2, 3].map((at) => ({
      workspace_id: workspaceId, id: id(5, at), mail_id: id(4, at), kind: 'QUEUED', at: before,
    })),
    mail_suppression: [1, 2].map((at) => ({
      ...kept, id: id(6, at), address: `no-mail-${at}@new.example`, reason: 'MANUAL',
    })),
    dead_job: [1, 2, 3].map((at) => ({
      ...kept, id: id(7, at), kind: 'mail.deliver', lane: 'deliver', member_id: null, ids: { mailId: id(4, at) },
      reason: 'ECONNREFUSED',
      attempts: 3, state: 'DEAD', enqueued_at: before, died_at: before,
    })),
  };
}

const day = 24 * 3600e3;
/** By the true clock, which is the database's; of the whole day, so that it is the same in every world. */
const today = Math.floor((performance.timeOrigin + performance.now()) / day) * day;

/** Everybody is signed in, in every workspace where he is a member. */
function sessionsOf(world: World): Row[] {
  return world.member!.map((member) => {
    const workspace = world.workspace!.find(({ id }) => id === member.workspace_id)!;
    const key = (member.email as string).split('@')[0] as PersonKey;
    return {
      id: `019e0000${(member.id as string).slice(8)}`,
      token_hash: hashToken(tokenOf(workspace.slug as string, key)), user_id: member.user_id,
      workspace_id: member.workspace_id,
      created_at: new Date(today - day).toISOString(), expires_at: new Date(today + 29 * day).toISOString(),
      user_agent: null,
      // So late that no request writes down when it was, which would tell one world's clock from the other's.
      last_seen_at: new Date(today + day).toISOString(),
    };
  });
}
