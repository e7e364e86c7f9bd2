import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  findLink, issueLink, linkAbout, linkMinutes, linkToken, revokeLink, takeLink,
} from '../../src/auth/link-tokens.ts';
import type { LinkPurpose } from '../../src/auth/link-tokens.ts';
import { Database } from '../../src/db/database.ts';
import { type IdentityWorld, openIdentityWorld } from './identity-world.ts';

let world: IdentityWorld;
let secondServer: Database;
beforeAll(async () => {
  world = await openIdentityWorld();
  secondServer = new Database({ url: world.url, pooling: 'session', poolSize: 10, onConnectionError: () => {} });
});
afterAll(async () => {
  await secondServer.close();
  await world.close();
});

const purposes = Object.keys(linkMinutes) as LinkPurpose[];
let count = 0;
async function aLink(purpose: LinkPurpose, subject = `subject ${++count}`): Promise<string> {
  const id = await issueLink(world.database, world.services, purpose, { subject, details: { name: 'Ada' } });
  return linkToken(world.services.cursorSecret, purpose, id);
}

test('of fifty who use a link of any kind at once over two servers, one succeeds', async () => {
  for (const purpose of purposes) {
    const token = await aLink(purpose);
    const uses = Array.from({ length: 50 }, (_, at) =>
      takeLink(at % 2 ? world.database : secondServer, token, purpose));
    const taken = (await Promise.all(uses)).filter((each) => each !== null);
    expect(taken).toMatchObject([{ subject: `subject ${count}`, details: { name: 'Ada' } }]);
    expect(await findLink(world.database, token, purpose)).toBeNull();
  }
});

test('used, superseded, expired, revoked, made-up, and meant for something else are one answer: none', async () => {
  for (const purpose of purposes) {
    const [superseded, newer] = [await aLink(purpose, 'same'), await aLink(purpose, 'same')];
    const expired = await aLink(purpose);
    await world.asOwner(`update one_time_token set expires_at = now() - interval '1 second' where subject = $1`,
      [`subject ${count}`]);
    const revoked = await aLink(purpose);
    await revokeLink(world.database, purpose, `subject ${count}`);
    const other = await aLink(purposes[(purposes.indexOf(purpose) + 1) % purposes.length]!);
    const used = await aLink(purpose);
    expect(await takeLink(world.database, used, purpose)).not.toBeNull();
    for (const token of [superseded, expired, revoked, other, used, '', 'x', 'A'.repeat(43), '\0', 'é'.repeat(43)]) {
      expect(await findLink(world.database, token, purpose)).toBeNull();
      expect(await takeLink(world.database, token, purpose)).toBeNull();
    }
    expect(await takeLink(world.database, newer, purpose)).toMatchObject({ subject: 'same' });
  }
});

test('of links made at once for one purpose and subject, one lives', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => aLink('SIGN_UP', 'crowd@example.com')));
  const found = await Promise.all(tokens.map((token) => findLink(world.database, token, 'SIGN_UP')));
  expect(found.filter((each) => each !== null)).toHaveLength(1);
});

test('a link that is about to be used is not used when what it is for fails', async () => {
  const { workspaceId } = await world.aWorkspace();
  const token = await aLink('INVITATION');
  const { callerIn } = await import('../../src/db/caller.ts');
  await expect(world.database.transaction(workspaceId, async (tx) => {
    expect(await takeLink(callerIn(tx), token, 'INVITATION')).not.toBeNull();
    throw new Error('It fails.');
  })).rejects.toThrow('It fails.');
  expect(await findLink(world.database, token, 'INVITATION')).not.toBeNull();
});

test('a token is made of the server\'s secret, purpose and id: another secret\'s is worth nothing', async () => {
  const id = await issueLink(world.database, world.services, 'SIGN_UP', { subject: 'secret@example.com' });
  const token = linkToken(world.services.cursorSecret, 'SIGN_UP', id);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(linkToken(world.services.cursorSecret, 'SIGN_UP', id)).toBe(token);
  expect(linkToken(world.services.cursorSecret, 'SET_PASSWORD', id)).not.toBe(token);
  expect(await findLink(world.database, linkToken('another secret', 'SIGN_UP', id), 'SIGN_UP')).toBeNull();
  expect(await linkAbout(world.database, 'SIGN_UP', 'secret@example.com')).toMatchObject({ id });
});
