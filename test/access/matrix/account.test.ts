import { afterAll, beforeAll, expect, test } from 'vitest';
import { fieldsOf } from './field-groups.ts';
import { type MatrixWorld, openMatrixWorld } from './matrix-world.ts';
import { accountsRead, verdicts } from './rules.ts';

/* What is known of members: by role, of oneself and of others. */
const roles = ['OWNER', 'ADMIN', 'MANAGER', 'REP', 'VIEWER'];
const account = [...fieldsOf('Member')].filter(([, group]) => group === 'account').map(([name]) => name);

let matrix: MatrixWorld;
beforeAll(async () => {
  matrix = await openMatrixWorld(roles);
  await matrix.world.rows('update member set last_seen_at = now()');
});
afterAll(() => matrix.world.close());

type Found = { id: string; [field: string]: unknown };

test.each(roles)(
  '%s reads the accounts that he may, filters within them, and orders by none that he may not',
  async (role) => {
    const { world, people } = matrix;
    const me = `member_${people.get(role)!.id}`;
    const other = `member_${world.southRep.id}`;
    const whose = { own: me, other };
    for (const [each, id] of Object.entries(whose)) {
      const { data, errors } = await world
        .as(people.get(role)!)
        .ask<{ member: Found }>(`{ member(id: "${id}") { id ${account.join(' ')} } }`);
      const isRead = accountsRead.get(role)!.get(each) === 'all';
      expect(errors.map(({ extensions }) => extensions?.permission)).toEqual(
        isRead ? [] : account.map(() => 'member.account'),
      );
      for (const field of account) expect(data!.member[field] !== null, `${role} ${each} ${field}`).toBe(isRead);
    }
    const list = (where: string) => `members(first: 50, where: ${where}) { nodes { id } }`;
    const found = await world.as(people.get(role)!).data<Record<string, { nodes: Found[] }>>(`{
    has: ${list('{ lastSeenAt: { isNull: false } }')}
    is: ${list(`{ email: { eq: "${world.southRep.email}" } }`)}
    isNot: ${list(`{ not: { email: { eq: "${world.southRep.email}" } }, id: { in: ["${me}", "${other}"] } }`)}
  }`);
    const seesAll = accountsRead.get(role)!.get('other') === 'all';
    const ids = (name: string) => found[name]!.nodes.map(({ id }) => id);
    if (seesAll) expect(ids('has').length).toBeGreaterThan(10);
    else expect(ids('has')).toEqual([me]);
    expect(ids('is')).toEqual(seesAll ? [other] : []);
    expect(ids('isNot').sort()).toEqual(seesAll ? [me] : [me, other].sort());
    const ordered = await world
      .as(people.get(role)!)
      .ask('{ members(orderBy: [{ field: LAST_SEEN_AT }]) { totalCount } }');
    const isOrdered = verdicts.members.get(role)!.get('account') === 'always';
    expect(ordered.errors.map(({ extensions }) => extensions?.code)).toEqual(isOrdered ? [] : ['FORBIDDEN']);
  },
);
