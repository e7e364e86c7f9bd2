import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readMapping } from '../../src/import/mapping/read-mapping.ts';
import { prepareFiles } from '../../src/import/run/prepare.ts';
import { Refusal } from '../../src/refusal.ts';

/** What a mapping is refused with, line by line; the files are CSV texts by name. */
async function refusal(mapping: unknown, files: Record<string, string> = {}): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-mapping-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const mappingPath = path.join(mkdtempSync(path.join(tmpdir(), 'gatehouse-mapping-')), 'mapping.json');
  writeFileSync(mappingPath, typeof mapping === 'string' ? mapping : JSON.stringify(mapping));
  try {
    await prepareFiles(await readMapping(mappingPath), folder);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return (error as Refusal).message.split('\n').slice(1).map((line) => line.trim());
  }
}

const deal = (rest: object = {}) => ({
  file: 'deals.csv', noun: 'deal', key: 'Id', fields: { title: 'Title' }, ...rest,
});

describe('the form of a mapping', () => {
  test('everything that is wrong is told at once, with its place and what was probably meant', async () => {
    expect(await refusal({
      source: 'crm', sorce: 'x', csv: { encoding: 'utf8' }, style: { decimal: ';', timeZone: 'EST5' },
      files: [
        deal({
          fields: {
            titel: 'Title', amount: { column: 'A', factr: 3 }, owner: 'O', tags: 'T',
            createdAt: { column: 'C', format: 'DD/MM/YYYY' },
          },
          links: { compny: 'Company', owner: { column: 'O', by: 'mail' } },
        }),
        { file: 'x.csv', noun: 'deals' },
        { file: 'y.csv' },
        deal({ kye: 'Id', children: { lines: [{ fields: { unitprice: 'P' } }], tags: [{ fields: { tag: 'T' } }] } }),
      ],
    })).toEqual(expect.arrayContaining([
      'the mapping: "sorce" is not known here. Did you mean "source"?',
      expect.stringMatching(/^csv\.encoding: "utf8" is none of .* Did you mean "utf-8"\?$/),
      expect.stringMatching(/^style\.decimal: ";" is none of/),
      'style.timeZone: "EST5" is no IANA time zone, such as "Europe/Berlin".',
      expect.stringMatching(
        /^files\[0\]\.fields\.createdAt\.format: "DD\/MM\/YYYY" names no day .*capital M is the month.*none of excel,/),
      'files[0].fields: a deal has no field "owner": it stands under "links".',
      'files[0].fields: a deal has no field "tags": it stands under "children".',
      'files[3].children.tags[0].fields: tags of a deal has no field "tag": it stands under "links".',
      expect.stringMatching(
        /^files\[0\]\.fields: a deal has no field "titel"\. Did you mean "title"\? There are title, amount,/),
      'files[0].fields.amount: "factr" is not known here. Did you mean "factor"?',
      expect.stringMatching(/^files\[0\]\.links: a deal has no link "compny"\. Did you mean "company"\?/),
      'files[0].links.owner.by: "mail" is none of "key", "name", "email". Did you mean "email"?',
      expect.stringMatching(/^files\[1\]\.noun: there is no noun "deals"; .* Did you mean "deal"\?$/),
      expect.stringMatching(/^files\[2\]\.noun: needs a "noun":/),
      'files[3]: "kye" is not known here. Did you mean "key"?',
      expect.stringMatching(
        /^files\[3\]\.children\.lines\[0\]\.fields: lines of a deal has no field "unitprice"\. Did you mean "unitPrice"\?/,
      ),
    ]));
  });

  test('what is no JSON is told with its place', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-mapping-'));
    const file = path.join(folder, 'm.json');
    writeFileSync(file, '{ "source": "x",\n  "files": [}');
    await expect(readMapping(file)).rejects.toThrow(/is no JSON/);
    await expect(readMapping(path.join(folder, 'none.json'))).rejects.toThrow(/^There is no mapping .*none\.json\.$/);
  });
});

describe('a mapping and its files', () => {
  const files = { 'deals.csv': 'Id,Title,Ammount,Stage,Stage\n1,First,5,a,b\n' };

  test('columns, fields and files that are missing are told at once, before anything is read', async () => {
    expect(await refusal({ source: 'crm', files: [
      deal({ fields: { title: 'Titel', amount: 'Amount' }, links: { stage: 'Stage' } }),
      { file: 'deal.csv', noun: 'deal', key: 'Id', fields: { title: 'Title' } },
      { file: 'deals.csv', noun: 'deal', fields: { amount: { factor: 2 } } },
      deal({ fields: { title: { column: 9 } }, only: [{ column: 'Status', is: 'open' }] }),
    ] }, files)).toEqual(expect.arrayContaining([
      expect.stringMatching(/^there is no file deal\.csv in .* Did you mean "deals\.csv"\?$/),
      'deals.csv (deal): there is no column "Titel". Did you mean "Title"?',
      'deals.csv (deal): there is no column "Amount". Did you mean "Ammount"?',
      'deals.csv (deal): the column "Stage" stands 2 times, at 4, 5: name it by its place, "column": 4.',
      'deals.csv (deal): the field "title" is required and not mapped.',
      'deals.csv (deal): needs "key" (or "matchBy"), so that running the import again finds its records.',
      'deals.csv (deal): "amount" says neither column nor template nor constant.',
      'deals.csv (deal): there is no column 9: the file has 5.',
      'deals.csv (deal): there is no column "Status".',
    ]));
  });

  test('a column that stands twice is read by its place', async () => {
    expect(await refusal({ source: 'crm', files: [deal({ links: { stage: { column: 5 } } })] }, files)).toEqual([]);
  });

  test('files without rows, without a header and without content have a sentence each', async () => {
    expect(await refusal({ source: 'crm', files: [deal()] }, { 'deals.csv': 'Id,Title\n' })).toEqual([]);
    expect(await refusal({ source: 'crm', files: [deal()] }, { 'deals.csv': '' })).toEqual(['deals.csv is empty.']);
    const workbook = await refusal({ source: 'crm', files: [deal()] }, { 'deals.csv': 'PK\x03\x04x' });
    expect(workbook[0]).toContain('is no CSV file but a workbook');
    expect(await refusal({ source: 'crm', files: [deal()] }, { 'deals.csv': '\n\n' })).toEqual([
      'deals.csv has no header: all its lines are blank.',
    ]);
    expect(await refusal({ source: 'crm', files: [deal()] }, { 'deals.csv': ',,\n1,2,3\n' })).toEqual([
      'deals.csv (deal): there is no column "Id".', 'deals.csv (deal): there is no column "Title".',
      'deals.csv, read as UTF-8, comma, has the columns "", "", "".',
    ]);
    expect(await refusal({ source: 'crm', files: [deal()] }, { 'deals.csv': 'I\0d,Title\n' })).toEqual([
      expect.stringMatching(/^deals\.csv, line 1: the header holds NUL characters\..*"encoding": "utf-16le"/),
    ]);
  });

  test('the example mappings have the form', async () => {
    for (const name of ['maven-crm-sales', 'hubspot/hubspot', 'pipedrive/pipedrive', 'salesforce/salesforce']) {
      await readMapping(path.resolve(import.meta.dirname, `../../examples/imports/${name}.json`));
    }
  });
});
