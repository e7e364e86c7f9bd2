import { board } from './board.ts';
import { list } from './list.ts';
import { recordPage } from './record-page.ts';
import { signInCheck } from './sign-in-check.ts';
import type { Workload } from './workload.ts';

export const workloads: Workload[] = [board, list, recordPage, signInCheck];
