/*
 * PostGraphile 5 as its documentation has it for production: the Amber preset on grafserv's node adaptor, no watching,
 * no GraphiQL, no explaining, named prepared statements (its default), settings of the person for each transaction. It
 * signs in as the restricted role, which is cheaper than to switch to it in each transaction. Its person comes with the
 * token, as with a signed token of its own: no look-up.
 */
import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import type { Person } from '../database.ts';

const { DATABASE_URL, POOL_SIZE, PERSON, PORT, HOST } = process.env;
const person = JSON.parse(PERSON!) as Person;
const expected = `Bearer ${person.token}`;
const pgSettings = {
  'gatehouse.workspace_id': person.workspaceId,
  'bench.member_id': person.memberId,
  'bench.team_ids': `{${person.teamIds.join(',')}}`,
};

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({ connectionString: DATABASE_URL!, schemas: ['gatehouse'], poolConfig: { max: Number(POOL_SIZE) } }),
  ],
  // Orders by columns without an index of their own are off by default; all lists here are ordered by such.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  grafast: {
    explain: false,
    context: (requestContext) => (requestContext.node?.req.headers.authorization === expected ? { pgSettings } : {}),
  },
});
const server = createServer();
server.on('error', (error) => {
  throw error;
});
await instance.createServ(grafserv).addTo(server);
server.listen(Number(PORT), HOST);
