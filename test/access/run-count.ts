/** How much the randomised tests try: `npm run test:access -- --runs 50000 --seed 7` sets both. */
export const seed = Number(process.env.ACCESS_SEED ?? 1);

/** Documents of the two worlds, for all principals together. */
export const documentRuns = Number(process.env.ACCESS_RUNS ?? 1_500);

/** Tries of anything that is much cheaper than a document. */
export const cheapRuns = documentRuns;
