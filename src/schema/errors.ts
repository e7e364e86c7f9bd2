import type { UserError } from '../services/errors.ts';
import { builder } from './builder.ts';
import { globalId } from './global-id.ts';

export const UserErrorInterface = builder.interfaceRef<UserError>('UserError').implement({
  description:
    'Something that stands against a mutation. Match on `code`: it is permanent, the message may be reworded.',
  resolveType: (error) => error.type ?? 'PlainUserError',
  fields: (t) => ({
    code: t.exposeString('code', { nullable: false, description: 'What it is; docs/errors.md lists them.' }),
    message: t.exposeString('message', { nullable: false, description: 'What was wrong and what to do, in English.' }),
    path: t.stringList({
      nullable: { list: false, items: false },
      description: 'Which part of the input it is about, such as `["input", "stageId"]`.',
      resolve: (error) => [...error.path],
    }),
  }),
});

builder.objectRef<UserError>('PlainUserError').implement({
  description: 'A user error that carries nothing but its code, message and path.',
  access: 'parent',
  interfaces: [UserErrorInterface],
});

builder.objectRef<UserError>('VersionConflict').implement({
  description: 'The record has changed since the version given. Nothing was written.',
  access: 'parent',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    currentVersion: t.int({
      nullable: false, description: 'The version the record has now.',
      resolve: (error) => error.data!.currentVersion as number,
    }),
  }),
});

builder.objectRef<UserError>('InUse').implement({
  description: 'Something still needs the record. Nothing was written.',
  access: 'parent',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    count: t.int({
      nullable: false, description: 'How many records need it.', resolve: (error) => error.data!.count as number,
    }),
  }),
});

builder.objectRef<UserError>('StageRequirementsMissing').implement({
  description: 'The stage asks for fields that the record would not have. Nothing was written.',
  access: 'parent',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    stageId: t.id({
      nullable: true, description: 'The stage; null for one that is yet to be made.',
      resolve: ({ data }) => (data!.stageId ? globalId('stage', data!.stageId as string) : null),
    }),
    fieldNames: t.stringList({
      nullable: { list: false, items: false },
      description: 'All that is missing, by name: fields of the record, such as `amount`, and `stageReason`.',
      resolve: (error) => error.data!.fieldNames as string[],
    }),
  }),
});

const StageDirection = builder.enumType('StageDirection', {
  description: 'A way past a stage.',
  values: { ENTER: { description: 'Into the stage.' }, LEAVE: { description: 'Out of the stage.' } },
});

builder.objectRef<UserError>('StageRoleMissing').implement({
  description: 'Only some roles may move records into the stage, or out of it. Nothing was written.',
  access: 'parent',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    stageId: t.id({
      nullable: false, description: 'The stage.', resolve: (error) => globalId('stage', error.data!.stageId as string),
    }),
    direction: t.field({
      type: StageDirection, nullable: false, description: 'Which way is for some roles only.',
      resolve: (error) => error.data!.direction as 'ENTER' | 'LEAVE',
    }),
  }),
});

builder.objectRef<UserError>('StageNotAllowed').implement({
  description: 'The pipeline does not lead from the record\'s stage to the one asked for.',
  access: 'parent',
  interfaces: [UserErrorInterface],
  fields: (t) => ({
    fromStageId: t.id({
      nullable: false, description: 'The stage the record is in.',
      resolve: (error) => globalId('stage', error.data!.fromStageId as string),
    }),
    toStageId: t.id({
      nullable: false, description: 'The stage asked for.',
      resolve: (error) => globalId('stage', error.data!.toStageId as string),
    }),
    allowedStageIds: t.idList({
      nullable: { list: false, items: false }, description: 'Stages the record may go to.',
      resolve: (error) => (error.data!.allowedStageIds as string[]).map((id) => globalId('stage', id)),
    }),
  }),
});
