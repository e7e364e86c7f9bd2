import { apiKeyOf } from '../../../src/auth/api-key.ts';
import { elsewhere, home } from '../worlds/filling.ts';
import { tokenOf } from '../worlds/load-world.ts';
import type { Seer } from '../worlds/oracle.ts';
import { type PersonKey, keys, people, personKeys } from '../worlds/people.ts';
import type { World } from '../worlds/world.ts';
import { now } from '../worlds/world-server.ts';

/** Somebody who asks, and what he sees by the product rules. */
export type Principal = {
  name: string; token: string | null; seer: Seer | null; workspaceId: string | null;
  /** Root fields that half of his questions are about, where he is there for their sake. */
  focus?: RegExp;
};

/** What tells about other people's rights. */
const explaining = /^(accessExplain|whoCanAccess|policyPreview)$/;

export function principalsIn(world: World): Principal[] {
  const of = (key: PersonKey, slug: string, name: string): Principal => {
    const workspaceId = world.workspace!.find((row) => row.slug === slug)!.id as string;
    const member = world.member!
      .find((row) => row.workspace_id === workspaceId && row.email === `${key}@${slug}.example`)!;
    const seer = { person: people[key], workspaceId, memberId: member.id as string, now: now.toISOString() };
    // Who has left is as good as nobody.
    return { name, token: tokenOf(slug, key), workspaceId, seer: member.is_active ? seer : null };
  };
  return [
    ...personKeys.map((key) => ({
      ...of(key, home, people[key].name), ...(['eve', 'ivy', 'fay'].includes(key) ? { focus: explaining } : {}),
    })),
    ...keys.map(({ owner, secret, person }): Principal => {
      const { seer, workspaceId } = of(owner, home, person.name);
      return { name: person.name, token: apiKeyOf(secret).token, workspaceId, seer: seer && { ...seer, person } };
    }),
    of('owen', elsewhere, 'A stranger'),
    { name: 'Nobody', token: null, seer: null, workspaceId: null },
  ];
}
