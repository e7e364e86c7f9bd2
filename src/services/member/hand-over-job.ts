import { systemGrants } from '../../auth/policies/system.ts';
import { defineJob } from '../../jobs/define-job.ts';
import { commandContext } from '../command.ts';
import { handOverSome } from './hand-over.ts';

/**
 * Hands over the records of a member who has too many for one transaction. Each part is one, and what a part has moved
 * is its no more: running it again goes on where it stood.
 */
export const handOverJob = defineJob({
  kind: 'member.handOver',
  lane: 'long',
  as: 'system',
  grants: systemGrants['member.handOver'],
  ids: ['fromId', 'toId'],
  async run({ services, principal, signal }, handOver) {
    for (let moved = 1; moved > 0;) {
      signal.throwIfAborted();
      // Of which noun the permission is makes no difference: it hands over records of all.
      moved = await services.database.transaction(principal.workspace.id, (tx) => (
        handOverSome(commandContext(tx, { services, principal }, 'deal.assign'), handOver)));
    }
  },
});
