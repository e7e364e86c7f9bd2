import type { RotClock as RotClockName } from '../db/generated/prisma/enums.ts';
import { rotting } from '../db/rotting.ts';
import { type SchemaTypes, builder } from './builder.ts';

export const RotClock = builder.enumType('RotClock', {
  description: 'What counts as a sign of life of a record, besides its move into the stage.',
  values: {
    STAGE_CHANGE: { description: 'Nothing else: only moving it.' },
    OWNER_ACTIVITY: {
      description: 'What its owner has done on it: a task completed, any other activity that has happened.',
    },
    TWO_WAY_CONTACT: { description: 'A call or a meeting on it that has taken place, whoever had it.' },
  },
});

/** As PostgreSQL tells it: an instant in UTC without its zone. */
type RottingRow = { clock: RotClockName; since: string; days: number };
type RottingShape = { clock: RotClockName; since: Date; rotsAt: Date; isRotting: boolean };

const dayMilliseconds = 86_400_000;

const Rotting = builder.objectRef<RottingShape>('Rotting').implement({
  description: 'Whether a record has stood in its stage for too long without a sign of life.',
  access: 'parent',
  fields: (t) => ({
    clock: t.expose('clock', { type: RotClock, nullable: false, description: 'What counts as a sign of life.' }),
    since: t.expose('since', {
      type: 'DateTime', nullable: false,
      description: 'The last sign of life, of those that the caller can see; at the earliest the move into the stage.',
    }),
    rotsAt: t.expose('rotsAt', { type: 'DateTime', nullable: false, description: 'When it rots, or began to.' }),
    isRotting: t.exposeBoolean('isRotting', { nullable: false, description: 'Whether it rots now.' }),
  }),
});

type FieldBuilder = PothosSchemaTypes.ObjectFieldBuilder<
  SchemaTypes, object>;

/** What deals and leads have: whether they rot, by the clock of their stage. */
export function rottingField(t: object, noun: 'deal' | 'lead') {
  return (t as FieldBuilder).field({
    type: Rotting, access: `${noun}.core`,
    extensions: { reading: { kind: 'derived', derived: { rotting: rotting(noun) } } },
    description: 'Whether it rots, by the clock of its stage; null where the stage knows no rot. Activities that the '
      + 'caller cannot read move no clock that he sees.',
    resolve: (row, _args, { services }) => {
      const { rotting: found } = row as { rotting: RottingRow | null };
      if (!found) return null;
      const since = new Date(`${found.since}Z`);
      const rotsAt = new Date(since.getTime() + found.days * dayMilliseconds);
      return { clock: found.clock, since, rotsAt, isRotting: rotsAt <= services.now() };
    },
  });
}
