/** See ready.mjs, which runs on Nodes that do not know TypeScript. */
export function makeReady(): Promise<string>;
