import { type ParseArgsConfig, parseArgs } from 'node:util';
import { HelpAsked, Refusal } from './refusal.ts';

/**
 * Reads what stands behind a program's name. `--help` comes before all else, whatever stands beside it.
 *
 * @param about  what the program does, in a sentence or two
 * @param usage  how it is called, and its options
 * @throws HelpAsked  nothing else is to happen
 * @throws Refusal  there is no such option, or it lacks its value
 */
export function readArguments<Config extends ParseArgsConfig>(
  about: string, usage: string, config: Config,
): ReturnType<typeof parseArgs<Config>> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) throw new HelpAsked(`${about}\n\n${usage}`);
  try {
    return parseArgs(config);
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n${usage}`);
  }
}
