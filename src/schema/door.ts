import { builder } from './builder.ts';

/** Audit, ledger and security log say it of each change. */
export const Door = builder.enumType('Door', {
  description: 'By which way a change came in.',
  values: {
    API: { description: 'A request over HTTP, with a session.' },
    API_KEY: { description: 'A request over HTTP, with an API key.' },
    IMPORT: { description: 'An import.' },
    JOB: { description: 'A job in the background.' },
    CLI: { description: 'A command of whoever runs the server.' },
  },
});
