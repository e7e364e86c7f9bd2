import type { ChildDefinition, FieldDefinition, LinkDefinition } from './noun.ts';

/* Fields and links that several nouns have. */

export const currency: FieldDefinition = {
  type: 'currency', description: 'What its amounts are in; the workspace\'s unless given.',
};
export const notes: FieldDefinition = { type: 'text', description: 'Internal notes; at most 20,000 characters.' };
export const country: FieldDefinition = { type: 'country', description: 'A country, by ISO code or by name.' };

/** Of nouns without stages: importing is right enough. */
export const importedAt: FieldDefinition = {
  type: 'instant', input: 'history.createdAt', onCreation: true, isPast: true,
  description: 'When it came to be, in the past.',
};
export const createdAt: FieldDefinition = {
  type: 'instant', input: 'history.createdAt', onCreation: true, isPast: true,
  description: 'When it came to be, in the past; the time of the import unless given. Needs the permission `backdate`.',
};
export const stageEnteredAt: FieldDefinition = {
  type: 'instant', input: 'history.stageEnteredAt', onCreation: true, isPast: true,
  description:
    'When it entered its stage (of a closed one: when it was closed); `createdAt` unless given. Needs `backdate`.',
};

export const stage: LinkDefinition = {
  to: 'stage', input: 'stageId',
  description: 'Its stage, by name, of the `pipeline` that the link names; where only that is named, its first open stage; else the '
    + 'first of the first pipeline. A closed one needs `createClosed`.',
};
export const owner: LinkDefinition = {
  to: 'member', input: 'ownerId',
  description: 'Whose it is. Yours where nothing is mapped, nobody\'s where the cell is empty.',
};
export const team: LinkDefinition = {
  to: 'team', input: 'teamId', description: 'The team that looks after it while it has no owner.',
};

/** Tags are put on with a command of their own, so the list is no part of a create's or an update's input. */
export const tags: ChildDefinition = {
  input: 'tags',
  group: 'core',
  description: 'Tags on it; those that it has besides stay.',
  fields: {},
  links: { tag: {
    to: 'tag', input: 'tagId', isRequired: true,
    description: 'The tag. `"ifMissing": "create"` makes those that are missing.',
  } },
  needs: ['tag'],
  identity: ({ tagId }) => String(tagId),
};

/** How records are read with their tags. */
export const tagged = { select: { tagId: true }, orderBy: { id: 'asc' } } as const;
