import { board, newest } from './board.ts';
import { contactsPage1, contactsPage50 } from './contacts.ts';
import { dealMove } from './deal-move.ts';
import { list } from './list.ts';
import { pipelineSummary } from './pipeline-summary.ts';
import { recordPage } from './record-page.ts';
import { search } from './search.ts';
import { signInCheck } from './sign-in-check.ts';
import type { Workload } from './workload.ts';

export const workloads: Workload[] = [
  board, newest, list, recordPage, contactsPage1, contactsPage50, pipelineSummary, search, dealMove, signInCheck,
];
