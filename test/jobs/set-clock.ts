/**
 * Sets this process's clock: wrong by CLOCK_SKEW_SECONDS, from CLOCK_FROM on (milliseconds, for the instant
 * CLOCK_BEGUN_AT) CLOCK_SPEED times as fast, and every other second CLOCK_JUMP_SECONDS ahead.
 */
export function setClock(env: NodeJS.ProcessEnv): void {
  const number = (name: string, fallback = 0) => Number(env[name] ?? fallback);
  const skew = number('CLOCK_SKEW_SECONDS') * 1_000;
  const jump = number('CLOCK_JUMP_SECONDS') * 1_000;
  const begunAt = number('CLOCK_BEGUN_AT');
  const from = number('CLOCK_FROM', begunAt);
  const speed = number('CLOCK_SPEED', 1);
  const { now } = Date;
  Date.now = () => {
    const real = now();
    return from + (real - begunAt) * speed + skew + (Math.floor(real / 1_000) % 2 === 0 ? jump : 0);
  };
}
