import { isIP } from 'node:net';
import { z } from 'zod';
import { senderFrom } from './mail/address.ts';

/** One environment variable: how it is read, what it is without being set, and what it means. */
export interface Variable<T> {
  /** The text that an unset variable stands for; undefined where unset means something of its own. */
  default?: string;
  meaning: string;
  /** Never repeated in a message. */
  secret?: true;
  type: z.ZodType<T, string>;
}

const variable = <T>(description: Variable<T>) => description;

const commaList = z.string().transform((text) => text.split(',').map((part) => part.trim()).filter(Boolean));

const wholeNumber = (from: number, to: number) => z.string()
  .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to,
    `must be a whole number from ${from} to ${to}`)
  .transform(Number);

const oneOf = <const T extends string>(...values: T[]) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` }) as z.ZodType<T, string>;

const postgresUrl = z.string().refine(
  (text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol),
  'must be an address like postgresql://user:password@host:5432/database');

const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Every variable that the server reads, in the order of the documentation. */
export const variables = {
  NODE_ENV: variable({
    default: 'development',
    meaning: '`production` turns GraphiQL and introspection off, never seeds the demo, and demands `DATABASE_URL`, ' +
      '`PUBLIC_URL`, `CURSOR_SECRET`, `SMTP_URL` and `MAIL_FROM`.',
    type: oneOf('development', 'production', 'test'),
  }),
  PORT: variable({
    default: '4000',
    meaning: 'Where the server listens; 0 takes any free port.',
    type: wholeNumber(0, 65_535),
  }),
  HOST: variable({
    default: '127.0.0.1',
    meaning: 'The network address it listens on; `0.0.0.0` is every one of the machine.',
    type: z.string().regex(/^[\w.:-]+$/, 'must be an address or a name'),
  }),
  PUBLIC_URL: variable({
    meaning: 'Where browsers and mail find this server, without a path: `https://crm.example.com`. ' +
      'In development the address it listens on.',
    type: z.string().refine(isOrigin, 'must be an address without a path, like https://crm.example.com'),
  }),
  DATABASE_URL: variable({
    meaning: 'PostgreSQL 15 or newer, as the role that `npm run db:setup` prepared; over TLS where it ends with ' +
      '`?sslmode=verify-full`, with `&sslrootcert=<file>` for an authority of the provider\'s own. ' +
      'Without it an embedded PostgreSQL keeps its data in `STATE_FOLDER`.',
    secret: true,
    type: postgresUrl,
  }),
  STATE_FOLDER: variable({
    default: '.gatehouse',
    meaning: 'Where the embedded database and the development secret are kept, seen from the project\'s folder.',
    type: z.string(),
  }),
  DATABASE_ADMIN_URL: variable({
    meaning: 'The same database, as a user that may create roles (no superuser), on a direct or session-mode ' +
      'connection: for `db:setup`, `db:migrate`, `db:reset`. Where it is set, a start migrates too.',
    secret: true,
    type: postgresUrl,
  }),
  DATABASE_POOLING: variable({
    default: 'session',
    meaning: '`transaction` behind a pooler that lends a connection per transaction ' +
      '(PgBouncer, Supabase on port 6543).',
    type: oneOf('session', 'transaction'),
  }),
  DATABASE_POOL_SIZE: variable({
    default: '10',
    meaning: 'How many connections this process opens at most.',
    type: wholeNumber(1, 1_000),
  }),
  CURSOR_SECRET: variable({
    meaning: 'Signs the cursors of lists, and makes the links in mails: at least 32 bytes, the same for all servers ' +
      'of one database (`openssl rand -base64 32`). In development one is made and kept in `STATE_FOLDER`.',
    secret: true,
    type: z.string().refine((text) => Buffer.byteLength(text) >= 32, 'must have at least 32 bytes'),
  }),
  WORKER: variable({
    default: '1',
    meaning: '`0`: this server runs no jobs, and leaves them to `npm run worker` and to other servers (docs/jobs.md).',
    type: oneOf('0', '1').transform((text) => text === '1'),
  }),
  WORKER_CONCURRENCY: variable({
    default: '8',
    meaning: 'How many jobs of a lane a worker runs at a time. It opens up to as many connections, and eight more.',
    type: wholeNumber(1, 100),
  }),
  SMTP_URL: variable({
    meaning: 'The mail server: `smtps://user:password@mail.example.com`, or `smtp://…:587` for STARTTLS, which every ' +
      'server on another machine must speak (`?ignoreTLS=true` does without). Without it, mails are caught and shown ' +
      'at `/dev/mail`, in development alone.',
    secret: true,
    type: z.string().refine(
      (text) => URL.canParse(text) && /^smtps?:$/.test(new URL(text).protocol) && new URL(text).hostname !== '',
      'must be an address like smtps://user:password@mail.example.com'),
  }),
  MAIL_FROM: variable({
    default: 'Gatehouse <crm@gatehouse.test>',
    meaning: 'Whom mails are from: an address, or a name and an address like `Acme CRM <crm@acme.example>`.',
    type: z.string().transform((text) => senderFrom(text)).refine(
      (sender) => sender !== null, 'must be an address, or a name and an address like Acme CRM <crm@acme.example>',
    ).transform((sender) => sender!),
  }),
  KEEP_MAILS_DAYS: variable({
    default: '90',
    meaning: 'For how many days after the last change of it a mail that waits for nothing more is kept, with its ' +
      'recipient, its variables and its timeline (docs/retention.md).',
    type: wholeNumber(1, 3_650),
  }),
  KEEP_SECURITY_LOG_DAYS: variable({
    default: '400',
    meaning: 'For how many days the security log is kept; invitations too, from their end.',
    type: wholeNumber(30, 3_650),
  }),
  KEEP_DEAD_JOBS_DAYS: variable({
    default: '30',
    meaning: 'For how many days a dead job is kept after somebody has decided about it.',
    type: wholeNumber(1, 3_650),
  }),
  KEEP_IDEMPOTENCY_KEYS_HOURS: variable({
    default: '48',
    meaning: 'For how many hours a mutation that is sent again under its key gets the answer of the first time.',
    type: wholeNumber(24, 8_760),
  }),
  SEED_DEMO: variable({
    meaning: '`1` seeds the demo workspaces into the database of `DATABASE_URL` too, ' +
      '`0` not even into the embedded one.',
    type: oneOf('0', '1').transform((text) => text === '1'),
  }),
  LOG_LEVEL: variable({
    default: 'info',
    meaning: 'The least serious lines that are logged.',
    type: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
  }),
  CORS_ORIGINS: variable({
    default: '',
    meaning: 'Whose pages may call the API from a browser: origins, separated by commas. The server\'s own always may.',
    type: commaList.refine((list) => list.every(isOrigin), 'must be origins like https://app.example.com, with commas'),
  }),
  PERSISTED_ONLY: variable({
    default: 'none',
    meaning: 'Which callers may send registered documents only: ' +
      'those with a session cookie, those with a bearer token, or all.',
    type: oneOf('none', 'cookie', 'bearer', 'all'),
  }),
  COST_LIMIT: variable({
    default: '50000',
    meaning: 'How many values the answer to one request may be able to hold (docs/http.md).',
    type: wholeNumber(1_000, 10_000_000),
  }),
  METRICS_TOKEN: variable({
    meaning: 'Who sends it as a bearer token may read `/metrics`. Unset: anybody in development, nobody in production.',
    secret: true,
    type: z.string().min(16, 'must have at least 16 characters'),
  }),
  SIGN_UP: variable({
    default: 'open',
    meaning: '`closed` where nobody makes a workspace by signing up: then `npm run workspace:create` does, ' +
      'and people come in by invitation.',
    type: oneOf('open', 'closed'),
  }),
  ATTEMPTS_PER_NETWORK: variable({
    default: '300',
    meaning: 'How many failed sign-ins one network (an IPv4 address, or the /64 of an IPv6 address) may have in a ' +
      'quarter of an hour; it may cause a third as many mails. Offices share an address.',
    type: wholeNumber(1, 1_000_000),
  }),
  TRUSTED_PROXIES: variable({
    default: '',
    meaning: 'Addresses or networks (`10.0.0.0/8`), separated by commas, whose `X-Forwarded-For` is believed.',
    type: commaList
      .refine((list) => list.every(isNetwork), 'must be addresses or networks like 10.0.0.0/8, with commas'),
  }),
};
