/**
 * The workspace of mails that belong to none, such as the answer to a sign-up. Nobody is a member of it, so nobody
 * reads them through the API: whoever queues one opens a transaction in this workspace.
 */
export const platformWorkspaceId = '00000000-0000-7000-8000-000000000000';
