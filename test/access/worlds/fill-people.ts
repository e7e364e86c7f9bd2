import type { Filling } from './filling.ts';
import { type Person, type PersonKey, type RoleGrantRow, people } from './people.ts';
import { bookkeeping } from './values.ts';

const teamNames = ['north', 'northEast', 'south', 'gone'] as const;

export function addTeams(filling: Filling): void {
  const { teams } = filling;
  for (const name of teamNames) {
    teams.set(name, filling.add('team', {
      name, parent_id: name === 'northEast' ? teams.get('north') : null,
      deleted_at: name === 'gone' ? bookkeeping.deleted_at!.values[0] : null,
      ...filling.kept(), version: 1,
    }));
  }
}

export function addPeople(filling: Filling, members: readonly PersonKey[]): void {
  const { world, slug, teams, workspaceId } = filling;
  const builtIn = new Map(['OWNER', 'ADMIN', 'MANAGER', 'REP', 'VIEWER'].map((role) => (
    [role, filling.add('role', { name: role, built_in: role, ...filling.stamped(), version: 1 })])));
  for (const key of members) {
    const person: Person = people[key];
    const email = `${key}@${slug}.example`;
    const userId = filling.newId('"user"');
    world['"user"']!.push({ id: userId, email, name: person.name, password_hash: null });
    const memberId = filling.add('member', {
      user_id: userId, name: person.name, email, team_id: person.team ? teams.get(person.team) : null,
      is_active: person.isActive ?? true, ...filling.values('member'), ...filling.stamped(), version: 1,
    });
    filling.members.set(key, memberId);
    for (const role of person.roles) {
      world.member_role!.push({ workspace_id: workspaceId, member_id: memberId, role_id: builtIn.get(role) });
    }
    if (person.grants) addRole(filling, key, memberId, person.grants);
  }
}

function addRole(filling: Filling, key: string, memberId: string, grants: readonly RoleGrantRow[]): void {
  const roleId = filling.add('role', { name: `role of ${key}`, built_in: null, ...filling.stamped(), version: 1 });
  for (const { noun, verb, reach, groups } of grants) {
    filling.add('role_grant', { role_id: roleId, noun, verb, reach: reach.toUpperCase(), field_groups: groups });
  }
  filling.world.member_role!.push({ workspace_id: filling.workspaceId, member_id: memberId, role_id: roleId });
}
