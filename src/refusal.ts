/**
 * A reason not to go on that a person can act on: one sentence that says what is wrong and what to do.
 * Programs print the message alone and end with code 1; any other error is a bug and keeps its stack.
 */
export class Refusal extends Error {
  override name = 'Refusal';
}

/** A person asks what a program does, and nothing else is to happen. */
export class HelpAsked extends Error {
  override name = 'HelpAsked';
}

/** Runs a command-line program: a Refusal ends it with its sentence, anything else with its stack. */
export async function runProgram(main: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (error instanceof HelpAsked) return console.log(error.message);
    console.error(error instanceof Refusal ? error.message : isFullDisk(error) ? fullDisk : error);
    process.exitCode = 1;
  }
}

const fullDisk = 'The disk is full, ours (STATE_FOLDER) or the database\'s: make room there, and try again.';

/** The system says so, or PostgreSQL. */
const isFullDisk = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === '53100');
