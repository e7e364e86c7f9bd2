import type { Prisma } from '../../src/db/generated/prisma/client.ts';
import type { Transaction } from '../../src/db/database.ts';
import { type Demo, day, demoNow } from './demo.ts';
import * as words from './words.ts';

export type DemoStage = {
  id: string; pipelineId: string; position: number; status: 'OPEN' | 'WON' | 'LOST'; probability: number;
};
export type Step = { stage: DemoStage; enteredAt: Date };
type LedgerRow = Prisma.StageChangeCreateManyInput;

/** What happened to deals and leads: the stages that they went through, and what was done about them. */
export class History {
  readonly #demo: Demo;
  readonly #ledger: LedgerRow[] = [];
  readonly #activities: Prisma.ActivityCreateManyInput[] = [];

  constructor(demo: Demo) {
    this.#demo = demo;
  }

  /** A row of the ledger for each step of a record's way. */
  enter(
    way: readonly Step[], record: Omit<LedgerRow, 'workspaceId' | 'id' | 'toStageId' | 'enteredAt' | 'door'>,
  ): void {
    way.forEach(({ stage, enteredAt }, at) => this.#ledger.push({
      ...this.#demo.key(enteredAt), fromStageId: way[at - 1]?.stage.id ?? null, toStageId: stage.id,
      enteredAt, recordedAt: enteredAt, door: 'API', probability: stage.probability, ...record,
    }));
  }

  /** A call, a meeting, a task … about a record, at some time since it was made. */
  act(since: Date, on: Partial<Prisma.ActivityCreateManyInput>): void {
    const { chance } = this.#demo;
    const kind = chance.pick(['CALL', 'MEETING', 'NOTE', 'EMAIL', 'TASK'] as const);
    const at = new Date(since.getTime() + chance.next() * (demoNow.getTime() - since.getTime()));
    const isDone = kind !== 'TASK' || chance.happens(0.6);
    this.#activities.push({
      ...this.#demo.stamp(at), kind, subject: chance.pick(words.subjects[kind]),
      body: chance.happens(0.5) ? 'They are interested and want to hear more.' : null,
      happensAt: kind === 'TASK' ? null : at,
      dueAt: kind === 'TASK' ? new Date(at.getTime() + chance.between(1, 20) * day) : null,
      completedAt: isDone && kind === 'TASK' ? new Date(at.getTime() + day) : null, ...on,
    });
  }

  async write(tx: Transaction): Promise<void> {
    await tx.stageChange.createMany({ data: this.#ledger });
    await tx.activity.createMany({ data: this.#activities });
  }
}

/** A record's way through its pipeline, never into the future: stage by stage, and at times to an end. */
export function walk({ chance }: Demo, stages: readonly DemoStage[], from: Date): Step[] {
  const open = stages.filter(({ status }) => status === 'OPEN');
  const way: Step[] = [{ stage: open[0]!, enteredAt: from }];
  for (let at = 1; ; at += 1) {
    const enteredAt = new Date(way.at(-1)!.enteredAt.getTime() + chance.between(8, 70) * day);
    if (enteredAt >= demoNow) return way;
    const isLost = chance.happens(0.14);
    const stage = isLost ? stages.find(({ status }) => status === 'LOST')
      : open[at] ?? stages.find(({ status }) => status === 'WON');
    if (!stage) return way;
    way.push({ stage, enteredAt });
    if (stage.status !== 'OPEN') return way;
  }
}
