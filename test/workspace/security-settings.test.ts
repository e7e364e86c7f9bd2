import { afterAll, beforeAll, expect, test } from 'vitest';
import { type World, openWorld } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const selection = 'sessionIdleMinutes sessionLifetimeMinutes inviters allowedEmailDomains version';
async function update(input: Record<string, unknown>, as = world.admin) {
  const answer = await world.as(as).ask<{
    securitySettingsUpdate: {
      securitySettings: object | null;
      userErrors: { code: string; path: string[] }[];
    } | null;
  }>(
    `mutation($input: SecuritySettingsUpdateInput!) { securitySettingsUpdate(input: $input) {
    securitySettings { ${selection} } userErrors { code path } } }`,
    { input },
  );
  return { ...answer.data?.securitySettingsUpdate, errors: answer.errors };
}

test('administrators say how long sessions last, who invites, and whom', async () => {
  const { securitySettings } = await world.as(world.admin).data(`{ securitySettings { ${selection} } }`);
  expect(securitySettings).toEqual({
    sessionIdleMinutes: 43_200,
    sessionLifetimeMinutes: 129_600,
    inviters: 'ADMINS',
    allowedEmailDomains: [],
    version: 1,
  });
  const changed = await update({
    version: 1,
    sessionIdleMinutes: 60,
    inviters: 'LEADERS',
    allowedEmailDomains: [' Example.COM', '@bücher.example', 'example.com'],
  });
  expect(changed).toMatchObject({
    userErrors: [],
    securitySettings: {
      sessionIdleMinutes: 60,
      sessionLifetimeMinutes: 129_600,
      inviters: 'LEADERS',
      allowedEmailDomains: ['example.com', 'xn--bcher-kva.example'],
      version: 2,
    },
  });
  expect((await world.audited(world.workspaceId)).at(-1)).toEqual({
    by: 'Admin',
    did: 'workspace.secure',
    fields: ['sessionIdleMinutes', 'inviters', 'allowedEmailDomains'],
  });
  expect((await update({ version: 1, inviters: 'OWNERS' })).userErrors).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
});

test('everything that makes no sense is said at once', async () => {
  const { userErrors } = await update({
    version: 2,
    sessionIdleMinutes: 1,
    sessionLifetimeMinutes: 2_000_000,
    inviters: null,
    allowedEmailDomains: ['example.com', 'no domain'],
  });
  expect(userErrors!.map(({ path }) => path.slice(1).join('.')).sort()).toEqual([
    'allowedEmailDomains.1',
    'inviters',
    'sessionIdleMinutes',
    'sessionLifetimeMinutes',
  ]);
  expect((await update({ version: 2, sessionIdleMinutes: 60, sessionLifetimeMinutes: 30 })).userErrors).toMatchObject(
    [{ code: 'INVALID_INPUT', path: ['input', 'sessionIdleMinutes'] }],
  );
});

test('others neither read nor change them', async () => {
  for (const member of [world.manager, world.rep, world.viewer]) {
    const { errors } = await world.as(member).ask('{ securitySettings { version } }');
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', permission: 'workspace.update' } }]);
    expect((await update({ version: 2, inviters: 'LEADERS' }, member)).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
  }
});
