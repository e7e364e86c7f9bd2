import { invitationPages } from './accept-invitation.ts';
import { accountPages } from './account.ts';
import { changeAccountPages } from './change-account.ts';
import { confirmEmailPages } from './confirm-email.ts';
import type { Page } from './exchange.ts';
import { passwordPages } from './set-password.ts';
import { signInPages } from './sign-in.ts';
import { signUpPages } from './sign-up.ts';

/** The pages that work without any front end, by path. A new one is a line here. */
export const pages: ReadonlyMap<string, Page> = new Map(
  [
    ...signInPages, ...signUpPages, ...passwordPages, ...confirmEmailPages, ...invitationPages, ...accountPages,
    ...changeAccountPages,
  ].map((each) => [each.path, each]));
