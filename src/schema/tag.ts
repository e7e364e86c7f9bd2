import { createTag } from '../services/tag/create-tag.ts';
import { deleteTag, restoreTag } from '../services/tag/delete-tag.ts';
import { tagRecord, untagRecord } from '../services/tag/tag-record.ts';
import { updateTag } from '../services/tag/update-tag.ts';
import { builder } from './builder.ts';
import { commandMutation, recordMutation } from './commands.ts';
import { connectionType, listArgs, listOf, resolvePage } from './connections.ts';
import { id, orderInput, string, whereInput } from './filters.ts';
import { Node, registerNode, resolveRecord } from './node.ts';
import { deletableFields } from './record-fields.ts';
import { recordOf } from './records.ts';
import { addressFields, deleteInput, idOfNoun, keyField, restoreInput, writes } from './write-inputs.ts';

registerNode('tag', 'Tag');

const Tag = builder.prismaObject('Tag', {
  description: 'A word put on records.',
  ...recordOf('Tag', 'tag'),
  select: { id: true },
  interfaces: [Node],
  fields: (t) => ({
    ...deletableFields(t, 'tag'),
    name: t.exposeString('name', { access: 'tag.core', description: 'The word.' }),
    color: t.exposeString('color', { access: 'tag.core', description: '`#rrggbb`.' }),
  }),
});

const TagConnection = connectionType('Tag', Tag);

const TagWhere = whereInput('tag', 'Tag', () => ({ id: id('tag'), name: string(), color: string() }));
const TagOrder = orderInput('tag', 'Tag', { NAME: 'name', CREATED_AT: 'createdAt' });

const byName = [{ field: 'NAME', direction: 'ASC' }] as const;

builder.queryFields((t) => ({
  tag: t.field({
    type: Tag,
    access: 'tag.read',
    extensions: { readsRecords: true },
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    description: 'One tag; null when it is absent.',
    resolve: resolveRecord('tag'),
  }),
  tags: t.field({
    type: TagConnection,
    access: 'tag.read',
    args: listArgs({ where: TagWhere, orderBy: TagOrder }, { canBeDeleted: true }),
    extensions: { readsRecords: true, ...listOf('tag', byName) },
    description: 'Tags by name.',
    resolve: resolvePage,
  }),
}));

const name = '1 to 100 characters. TAKEN when another tag has it, whatever the case.';
const color = { description: '`#rrggbb`, such as `#1f77b4`.' };

const TagCreateInput = builder.inputType('TagCreateInput', {
  description: 'A new tag.',
  ...writes('tag', 'Tag'),
  fields: (t) => ({
    ...keyField(t), name: t.string({ required: true, description: `The word; ${name}` }), color: t.string(color),
  }),
});

const TagUpdateInput = builder.inputType('TagUpdateInput', {
  description: 'Changes to a tag; what is absent stays as it is.',
  ...writes('tag', 'Tag'),
  fields: (t) => ({
    ...keyField(t),
    ...addressFields(t, 'tag'),
    name: t.string({ description: `The word; ${name}` }),
    color: t.string(color),
  }),
});

/** A record and tags, for putting them on and taking them off. */
function taggingInput(inputName: string, description: string) {
  return builder.inputType(inputName, {
    description,
    fields: (t) => ({
      ...keyField(t),
      recordId: t.id({ required: true, description: 'A company, contact, lead, deal or activity.' }),
      tagIds: t.idList({ required: true, description: 'The tags, at most 100.', ...idOfNoun('tag') }),
    }),
  });
}

const record = { tag: Tag };
commandMutation('tagCreate', createTag, { description: 'Makes a tag.', input: TagCreateInput, record });
commandMutation('tagUpdate', updateTag, {
  description: 'Changes a tag, on all records that have it.',
  input: TagUpdateInput,
  record,
});
commandMutation('tagDelete', deleteTag, {
  description: 'Puts a tag into the bin. Records show it no more, and show it again when it is restored.',
  input: deleteInput('Tag', 'tag'),
  record,
});
commandMutation('tagRestore', restoreTag, {
  description: 'Takes a tag out of the bin.',
  input: restoreInput('Tag', 'tag'),
  record,
});
recordMutation('tagAdd', tagRecord, {
  description:
    'Puts tags on a record, which is an update of it: its version rises when a tag is new to it. At most 100 ' +
    'on one record.',
  input: taggingInput('TagAddInput', 'Which tags come onto which record.'),
});
recordMutation('tagRemove', untagRecord, {
  description: 'Takes tags off a record, which is an update of it: its version rises when it had one of them.',
  input: taggingInput('TagRemoveInput', 'Which tags go off which record.'),
});
