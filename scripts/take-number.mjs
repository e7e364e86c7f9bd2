import { giveUp, NotReady } from './ready.mjs';

/** Takes an option with a number out of the words of a command, and hands it on: Vitest does not know it. */
export function takeNumber(args, name, variable, command) {
  const at = args.findIndex((each) => each === `--${name}` || each.startsWith(`--${name}=`));
  if (at < 0) return;
  const [, joined] = args[at].split('=');
  const [value] = args.splice(at, joined ? 1 : 2).slice(-1).map((each) => joined ?? each);
  if (!/^\d{1,9}$/.test(value ?? '')) {
    giveUp(new NotReady(`--${name} takes a whole number: ${command} -- --${name} 500`));
  }
  process.env[variable] = value;
}
