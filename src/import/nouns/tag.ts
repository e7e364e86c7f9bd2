import { createTag } from '../../services/tag/create-tag.ts';
import { type TagFields, tagFieldProblems, tagValues } from '../../services/tag/tag-fields.ts';
import { updateTag } from '../../services/tag/update-tag.ts';
import { currentRecord } from './current-record.ts';
import type { ImportNoun } from './noun.ts';

export const tagNoun: ImportNoun = {
  noun: 'tag',
  plural: 'tags',
  hasKey: false,
  matchBy: { name: ({ name }) => name as string },
  fields: {
    name: { type: 'text', isRequired: true, description: 'The word; at most 100 characters.' },
    color: { type: 'text', description: '`#rrggbb`.' },
  },
  links: {},
  children: {},
  create: createTag,
  update: updateTag,
  fieldProblems: (input: TagFields) => tagFieldProblems(input, false),
  kept: tagValues,
  async read(tx, where) {
    return (await tx.tag.findMany({ where })).map((tag) => currentRecord(tag, []));
  },
};
