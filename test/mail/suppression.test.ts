import { afterAll, beforeAll, expect, test } from 'vitest';
import { queueMail } from '../../src/mail/queue-mail.ts';
import { deliverMails } from '../support/mails.ts';
import { mutationOf } from '../support/mutation-of.ts';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => { world = await openWorld(); });
afterAll(() => world.close());

type Entry = { id: string; version: number; address: string; reason: string; note: string | null };
type Answer = { mailSuppression: Entry | null; userErrors: { code: string; path: string[] }[] };

async function send(name: string, input: object, member = world.admin): Promise<Answer> {
  const answer = await world.as(member).data<Record<string, Answer>>(
    mutationOf(name, 'mailSuppression { id version address reason note } userErrors { code path }'), { input });
  return answer[name]!;
}

const invite = (address: string) => world.database
  .transaction(world.workspaceId, (tx) => queueMail(tx, world.services, {
    template: 'invitation', to: { address }, variables: { inviter: 'Olive', lifetimeMinutes: 60 }, link: { path: '/a' },
  }));

test('an administrator puts an address on the list, and takes it off again', async () => {
  const { mailSuppression: entry } = await send('mailSuppressionCreate', {
    address: ' Ada@Reader.example', note: 'asked to',
  });
  expect(entry).toMatchObject({ address: 'ada@reader.example', reason: 'MANUAL', note: 'asked to', version: 1 });
  await invite('ada@reader.example');
  expect(await deliverMails(world)).toEqual([]);

  expect((await send('mailSuppressionDelete', { id: entry!.id, version: 1 })).userErrors).toEqual([]);
  await invite('ada@reader.example');
  expect((await deliverMails(world)).map(({ to }) => to.address)).toEqual(['ada@reader.example']);
  const acts = await world.audited(entry!.id);
  expect(acts.map(({ did }) => did)).toEqual(['mailSuppression.create', 'mailSuppression.delete']);
});

test('an address is on the list once, and must be one', async () => {
  await send('mailSuppressionCreate', { address: 'twice@reader.example' });
  expect((await send('mailSuppressionCreate', { address: 'TWICE@reader.example' })).userErrors).toEqual(
    [{ code: 'TAKEN', path: ['input', 'address'] }]);
  const wrong = await send('mailSuppressionCreate', {
    address: 'a@b.example, c@d.example', note: 'x'.repeat(501), endsAt: '2020-01-01T00:00:00Z',
  });
  expect(wrong.userErrors).toEqual([
    { code: 'INVALID_INPUT', path: ['input', 'note'] }, { code: 'INVALID_INPUT', path: ['input', 'address'] },
    { code: 'INVALID_INPUT', path: ['input', 'endsAt'] },
  ]);
});

test('an entry that ends gives way at its time', async () => {
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  const { mailSuppression: entry } = await send('mailSuppressionCreate', { address: 'later@reader.example', endsAt });
  await invite('later@reader.example');
  expect(await deliverMails(world)).toEqual([]);
  await world.rows(`update mail_suppression set ends_at = now() where address = 'later@reader.example'`);
  await invite('later@reader.example');
  expect(await deliverMails(world)).toHaveLength(1);
  const again = await send('mailSuppressionCreate', { address: 'later@reader.example' });
  expect(again.userErrors).toEqual([]);
  expect(again.mailSuppression!.id).not.toBe(entry!.id);
});

test('an entry changed meanwhile is reported, not deleted', async () => {
  const { mailSuppression: entry } = await send('mailSuppressionCreate', { address: 'old@reader.example' });
  expect((await send('mailSuppressionDelete', { id: entry!.id, version: 2 })).userErrors).toMatchObject(
    [{ code: 'VERSION_CONFLICT' }]);
});
