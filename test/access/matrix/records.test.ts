import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type MatrixWorld, type OwnedNoun, type Whose, lists, nameFields, openMatrixWorld, ownedNouns,
} from './matrix-world.ts';
import { creating, everybodysRecords, ownersRecords } from './rules.ts';
import type { Table } from './tables.ts';

/* Role × verb × whose record, as rules.ts has it, against the API. Every cell has a record of its own. */
const roles = ['OWNER', 'ADMIN', 'MANAGER', 'REP', 'VIEWER', 'NONE'];
const absent = '00000000-0000-7000-8000-00000000dead';

let matrix: MatrixWorld;
beforeAll(async () => {
  matrix = await openMatrixWorld(roles);
});
afterAll(() => matrix.world.close());

function tablesOf(noun: OwnedNoun): Record<keyof typeof ownersRecords, Table> {
  return noun === 'company' || noun === 'contact' ? everybodysRecords : ownersRecords;
}

type Errors = readonly { path?: readonly (string | number)[]; extensions?: Record<string, unknown> }[];
type Payload = { userErrors: { code: string; message: string; path: string[] }[] } | null;

/** One word for what an aliased mutation answered, as the tables have it. */
function outcome(alias: string, data: Record<string, unknown> | null, errors: Errors): string {
  if (errors.some(({ path, extensions }) => path?.[0] === alias && extensions?.code === 'FORBIDDEN')) return 'no';
  const problems = (data?.[alias] as Payload)?.userErrors;
  if (problems?.length === 0) return 'yes';
  const codes = problems?.map(({ code }) => code).join();
  return codes === 'NOT_FOUND' ? 'none' : codes === 'NOT_PERMITTED' ? 'not' : JSON.stringify(problems ?? errors);
}

function asWritten(table: Table): Record<string, Record<string, string>> {
  return Object.fromEntries(roles.map((role) => [role, Object.fromEntries(table.get(role)!)]));
}

describe.each(ownedNouns)('a %s', (noun) => {
  const tables = tablesOf(noun);
  const whose = [...tables.read.get('OWNER')!.keys()] as Whose[];

  test('is found by those who may read it, by every way that leads to it', async () => {
    const found: Record<string, Record<string, string>> = {};
    for (const role of roles) {
      const ids = await matrix.add(noun, whose.map((each) => ({ role, whose: each })));
      const global = ids.map((id) => `"${noun}_${id}"`);
      const { data, errors } = await matrix.world.as(matrix.people.get(role)!).ask<Record<string, unknown>>(`{
        ${whose.map((each, at) => `${each}: ${noun}(id: ${global[at]}) { id }`).join('\n')}
        nodes(ids: [${global.join(', ')}]) { id }
        list: ${lists[noun]}(first: 200, where: { id: { in: [${global.join(', ')}] } }) { totalCount nodes { id } }
      }`);
      const seen = (answer: unknown) => (answer as { id: string } | null)?.id ?? null;
      const list = data?.list as { totalCount: number; nodes: { id: string }[] } | null;
      found[role] = Object.fromEntries(
        whose.map((each, at) => {
          const isRefused = errors.some(
            ({ path, extensions }) => path?.[0] === each && extensions?.code === 'FORBIDDEN',
          );
          const id = `${noun}_${ids[at]!}`;
          const ways = [
            seen(data?.[each]) === id,
            seen((data?.nodes as unknown[])[at]) === id,
            list?.nodes.some((row) => row.id === id) ?? false,
          ];
          const word = isRefused && !list ? 'no' : 'none';
          return [each, ways.every(Boolean) ? 'yes' : ways.some(Boolean) ? `not by every way: ${ways.join()}` : word];
        }),
      );
      expect(list?.totalCount ?? 0, role).toBe(Object.values(found[role]).filter((each) => each === 'yes').length);
    }
    expect(found).toEqual(asWritten(tables.read));
  });

  let taker = '';
  const stages = () => Object.values(matrix.world.pipelines[noun === 'lead' ? 'lead' : 'deal'].stages);
  /** The last stage means lost. */
  const moveTo = (at: number) => (id: string) =>
    `${noun}Move(input: { id: "${noun}_${id}", version: 1, stageId: "stage_${stages().at(at)}" })`;
  const verbs: Record<string, (id: string, role: string) => string> = {
    update: (id) => `${noun}Update(input: { id: "${noun}_${id}", version: 1, ${nameFields[noun]}: "changed" })`,
    ...(noun === 'lead' || noun === 'deal' ? { move: moveTo(1), close: moveTo(-1), reopen: moveTo(1) } : {}),
    ...(noun === 'lead'
      ? {
          convert: (id: string, role: string) =>
            `leadConvert(input: { id: "lead_${id}", version: 1, ownerId: "member_${matrix.people.get(role)!.id}",
              company: null, contact: { create: { lastName: "new" } } })`,
        }
      : {}),
    share: (id) =>
      `recordShare(input: { recordId: "${noun}_${id}", memberId: "member_${matrix.world.viewer.id}", level: READ })`,
    delete: (id) => `${noun}Delete(input: { id: "${noun}_${id}", version: 1 })`,
    restore: (id) => `${noun}Restore(input: { id: "${noun}_${id}", version: 1 })`,
    take: (id) => `${noun}Update(input: { id: "${noun}_${id}", version: 1, ownerId: "member_${taker}" })`,
    assign: (id) =>
      `${noun}Update(input: { id: "${noun}_${id}", version: 1, ownerId: "member_${matrix.world.southManager.id}" })`,
  };

  test.each(Object.keys(verbs))(
    'answers to "%s" by role and whose it is, and is untouched by those who may not',
    async (verb) => {
      const table = tables[(verb === 'restore' ? 'delete' : verb) as keyof typeof tables];
      const found: Record<string, Record<string, string>> = {};
      for (const role of roles) {
        taker = matrix.people.get(role)!.id;
        const columns = verb === 'restore' ? { deletedAt: new Date() } : {};
        const ids = await matrix.add(noun, whose.map((each) => ({ role, whose: each, columns })));
        if (verb === 'reopen') {
          const text = `update ${noun} set stage_id = $1, closed_at = now() where id = any($2)`;
          await matrix.world.rows(text, [stages().at(-1), ids]);
        }
        const before = await rowsOf(ids);
        const calls = [...whose, 'absent'].map(
          (each, at) => `${each}: ${verbs[verb]!(ids[at] ?? absent, role)} { userErrors { code message path } }`,
        );
        const { data, errors } = await matrix.world
          .as(matrix.people.get(role)!)
          .ask<Record<string, unknown>>(`mutation { ${calls.join('\n')} }`);
        found[role] = Object.fromEntries(whose.map((each) => [each, outcome(each, data, errors)]));
        const after = await rowsOf(ids);
        for (const [at, each] of whose.entries()) {
          const isChanged = before.get(ids[at]!) !== after.get(ids[at]!);
          expect(isChanged, `${role} ${verb} ${each} was ${found[role][each]}`).toBe(found[role][each] === 'yes');
          // Out of reach and absent are one answer.
          if (found[role][each] === 'none') expect(data![each], `${role} ${verb} ${each}`).toEqual(data!.absent);
        }
      }
      expect(found).toEqual(asWritten(table));
    },
  );

  test('is created by those who may, for whom they may', async () => {
    const { world, people } = matrix;
    const kind = noun === 'activity' ? 'kind: TASK, ' : '';
    const found: Record<string, Record<string, string>> = {};
    for (const role of roles) {
      const owner = (id: string | null, team: string) =>
        `ownerId: ${id ? `"member_${id}"` : 'null'}, teamId: ${team ? `"team_${team}"` : 'null'}`;
      const kinds: Record<string, string> = {
        own: owner(people.get(role)!.id, ''),
        team: owner(world.colleague.id, ''),
        other: owner(world.southRep.id, ''),
        ours: owner(null, world.teams.north.id),
        theirs: owner(null, world.teams.south.id),
      };
      const calls = Object.entries(kinds).map(
        ([each, owns]) =>
          `${each}: ${noun}Create(input: { ${kind}${nameFields[noun]}: "new", ${owns} }) { userErrors { code message path } }`,
      );
      const { data, errors } = await world
        .as(people.get(role)!)
        .ask<Record<string, unknown>>(`mutation { ${calls.join('\n')} }`);
      found[role] = Object.fromEntries(Object.keys(kinds).map((each) => [each, outcome(each, data, errors)]));
    }
    expect(found).toEqual(asWritten(creating));
  });

  /** Every row as text, with the shares of it. */
  async function rowsOf(ids: readonly string[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const place of [matrix.world, matrix.rival]) {
      const rows = await place.rows<{ id: string; row: string }>(
        `select r.id, r::text || (select count(*) from record_share s where s.${noun}_id = r.id)::text as row
           from ${noun} r where r.id = any($1)`,
        [ids],
      );
      for (const { id, row } of rows) found.set(id, row);
    }
    return found;
  }
});
