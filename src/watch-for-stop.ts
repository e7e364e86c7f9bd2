/**
 * What a person, a service manager, or the end of the program that started us asks for. Before the server is up it
 * ends us at once, and the embedded database with us; from then on it resolves `asked`.
 */
export function watchForStop() {
  let isUp = false;
  let times = 0;
  const stop = { asked: Promise.resolve(), up: () => (isUp = true) };
  stop.asked = new Promise((resolve) => {
    const ask = () => {
      times += 1;
      // Or somebody insists.
      if (!isUp || times === 3) process.exit(isUp ? 1 : 0);
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
    process.once('disconnect', ask);
    // Listening must not keep a program alive that has nothing else to do.
    process.channel?.unref();
  });
  return stop;
}
