import pg from 'pg';

type Sent = string | { text?: string };
type Answered = { rows?: unknown[] } | undefined;

/**
 * Ends this process, as a power cut would, once it has claimed a job and then sent so many statements less one: instead
 * of the next. With every number once, each point between two statements has had its kill.
 */
export function killAt(number: number): void {
  const { prototype } = pg.Client;
  const send = prototype.query as (...all: unknown[]) => unknown;
  let sent = -1;
  prototype.query = function query(this: pg.Client, ...all: unknown[]) {
    if (sent >= 0) {
      sent += 1;
      if (sent === number) process.kill(process.pid, 'SIGKILL');
    }
    const text = typeof all[0] === 'string' ? all[0] : (all[0] as Sent & { text?: string } | undefined)?.text ?? '';
    if (sent >= 0 || !/heartbeat_on = .*\s+retry_count = case when started_on/i.test(text)) {
      return send.apply(this, all);
    }
    const seen = (answer: Answered) => { if ((answer?.rows?.length ?? 0) > 0) sent = 0; };
    const last = all.at(-1);
    if (typeof last === 'function') {
      const told = last as (error: unknown, answer: Answered) => void;
      all[all.length - 1] = (error: unknown, answer: Answered) => {
        seen(answer);
        told(error, answer);
      };
      return send.apply(this, all);
    }
    return (send.apply(this, all) as Promise<Answered>).then((answer) => {
      seen(answer);
      return answer;
    });
  } as typeof prototype.query;
}
