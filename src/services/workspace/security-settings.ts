import type { ServiceContext } from '../context.ts';
import { command, done, refused } from '../command.ts';
import { type UserError, invalid, versionConflict } from '../errors.ts';
import { normaliseEmail } from '../../auth/email.ts';
import { recordSecurityEvent } from '../security-log/record-event.ts';
import { listProblems, rangeProblems, requiredProblems } from '../validate.ts';

export type Inviters = 'OWNERS' | 'ADMINS' | 'LEADERS';
export type SecuritySettings = {
  sessionIdleMinutes: number;
  sessionLifetimeMinutes: number;
  inviters: Inviters;
  allowedEmailDomains: string[];
  version: number;
};
export type UpdateSecuritySettingsInput = { version: number } & {
  [Setting in Exclude<keyof SecuritySettings, 'version'>]?: SecuritySettings[Setting] | null;
};

const columns = {
  sessionIdleMinutes: true,
  sessionLifetimeMinutes: true,
  inviters: true,
  allowedEmailDomains: true,
  version: true,
} as const;
const maxDomains = 100;

export async function readSecuritySettings({ services, principal }: ServiceContext): Promise<SecuritySettings> {
  const { id } = principal.workspace;
  return services.database.transaction(id, (tx) => tx.workspace.findUniqueOrThrow({ where: { id }, select: columns }));
}

/** Changes how long sessions last, who may invite, and whom: from the next request on, for sessions that run too. */
export const updateSecuritySettings = command<UpdateSecuritySettingsInput>(
  'workspace.update',
  async (context, input) => {
    const { tx, principal, now } = context;
    const { id } = principal.workspace;
    const before = await tx.workspace.findUniqueOrThrow({ where: { id }, select: columns });
    const { version, allowedEmailDomains: typed, ...rest } = input;
    const domains = (typed ?? before.allowedEmailDomains).map(normaliseDomain);
    const wanted = { ...before, ...rest, allowedEmailDomains: [] } as Omit<SecuritySettings, 'version'>;
    const problems = [
      ...Object.entries({ ...rest, allowedEmailDomains: typed }).flatMap(([name, value]) =>
        requiredProblems(value, ['input', name], value === null),
      ),
      ...lifetimeProblems(wanted),
      ...listProblems(typed, ['input', 'allowedEmailDomains'], maxDomains),
      ...domains.flatMap((domain, at) =>
        domain === null
          ? [invalid('A domain is written like example.com.', 'input', 'allowedEmailDomains', String(at))]
          : [],
      ),
    ];
    if (problems.length > 0) return refused(...problems);
    if (before.version !== version) return refused(versionConflict(before.version));
    const [after] = await tx.workspace.updateManyAndReturn({
      where: { id, version },
      select: columns,
      data: {
        ...(rest as object),
        allowedEmailDomains: [...new Set(domains as string[])],
        version: { increment: 1 },
        updatedAt: now,
      },
    });
    if (!after) return refused(versionConflict(before.version + 1));
    const changed = (Object.keys(columns) as (keyof SecuritySettings)[]).filter(
      (name) => name !== 'version' && String(before[name]) !== String(after[name]),
    );
    await recordSecurityEvent(tx, context, {
      type: 'authz_admin',
      noun: 'workspace',
      recordId: id,
      detail: `security settings: ${changed.join(', ') || 'none'}`,
    });
    return done(id, after.version, { before, after });
  },
  { act: 'secure' },
);

/** An hour's idleness is at most the whole life of a session; the database has the same bounds. */
function lifetimeProblems({
  sessionIdleMinutes: idle, sessionLifetimeMinutes: life,
}: Omit<SecuritySettings, 'version'>): UserError[] {
  const problems = [
    ...rangeProblems(idle, ['input', 'sessionIdleMinutes'], 5, 525_600),
    ...rangeProblems(life, ['input', 'sessionLifetimeMinutes'], 5, 1_051_200),
  ];
  if (problems.length > 0 || idle === null || life === null || idle <= life) return problems;
  return [invalid('Sessions cannot rest longer than they live.', 'input', 'sessionIdleMinutes')];
}

/** As addresses have it: lower-case, other scripts as `xn--`. */
function normaliseDomain(text: string): string | null {
  return normaliseEmail(`somebody@${text.trim().replace(/^@/, '')}`)?.split('@')[1] ?? null;
}
