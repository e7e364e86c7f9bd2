/**
 * A reason not to go on that a person can act on: one sentence that says what is wrong and what to do.
 * Programs print the message alone and end with code 1; any other error is a bug and keeps its stack.
 */
export class Refusal extends Error {
  override name = 'Refusal';
}

/** Runs a command-line program: a Refusal ends it with its sentence, anything else with its stack. */
export async function runProgram(main: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(error instanceof Refusal || isWrongUse(error) ? error.message : isFullDisk(error) ? fullDisk : error);
    process.exitCode = 1;
  }
}

/** What node:util's parseArgs says about an unknown option is meant for the person who typed it. */
const isWrongUse = (error: unknown): error is Error =>
  error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');

const fullDisk = 'The disk is full, ours (STATE_FOLDER) or the database\'s: make room there, and try again.';

/** The system says so, or PostgreSQL. */
const isFullDisk = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === '53100');
