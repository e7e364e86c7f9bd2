import { linkToken } from '../../src/auth/link-tokens.ts';
import type { LinkPurpose } from '../../src/auth/link-tokens.ts';
import { platformWorkspaceId } from '../../src/db/platform-workspace.ts';
import type { IdentityWorld } from './identity-world.ts';

/** The mails about accounts that were queued for an address, oldest first, each with the token of its link. */
export async function mailsTo(world: Pick<IdentityWorld, 'asOwner' | 'services'>, address: string) {
  const rows = await world.asOwner(
    `select template, link_path, link_purpose, link_token_id, variables::text from mail where to_address = $1 order by id`,
    [address], platformWorkspaceId);
  return rows.map(({ template, link_path: path, link_purpose: purpose, link_token_id: id, variables }) => ({
    template, path, variables: JSON.parse(variables!) as Record<string, unknown>,
    token: id ? linkToken(world.services.cursorSecret, purpose as LinkPurpose, id) : null,
  }));
}
