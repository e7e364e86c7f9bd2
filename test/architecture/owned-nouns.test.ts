import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownedNouns } from '../../src/auth/nouns.ts';
import { openTestDatabase } from '../support/database.ts';

/*
 * Records that belong to somebody are tagged, shared and known to other systems, each by a column of their own in the
 * tables for that; checks, indexes and the function that says what is shared with somebody name all of them.
 */
let client: pg.Client;
let close: () => Promise<void>;
beforeAll(async () => { ({ client, close } = await openTestDatabase()); });
afterAll(() => close());

test.each(ownedNouns)('the database knows that a %s can be tagged, shared and known elsewhere', async (noun) => {
  const { rows } = await client.query<{ what: string; text: string }>(`
    select c.conname as what, pg_get_constraintdef(c.oid) as text from pg_constraint c
      where c.conname in ('tagging_record_check', 'record_share_record_check', 'external_reference_record_check',
        'external_reference_noun_check')
    union all select i.indexname, i.indexdef from pg_indexes i
      where i.indexname in ('record_share_member_noun', 'record_share_team_noun')
    union all select p.proname, pg_get_functiondef(p.oid) from pg_proc p where p.proname = 'shared_nouns'`);
  expect(rows.map(({ what }) => what).sort()).toEqual([
    'external_reference_noun_check', 'external_reference_record_check', 'record_share_member_noun',
    'record_share_record_check', 'record_share_team_noun', 'shared_nouns', 'tagging_record_check',
  ]);
  const wordIn = (what: string) => (what.endsWith('record_check') ? `${noun}_id` : `'${noun}'`);
  const silent = rows.filter(({ what, text }) => !text.includes(wordIn(what))).map(({ what }) => what);
  expect(silent, 'Write each anew in a migration, with the noun in it (docs/recipes/adding-a-noun.md).').toEqual([]);
});
