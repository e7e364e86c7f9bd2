import type { Contestant } from './contestant.ts';
import { floor } from './floor.ts';
import { gatehouse, noPolicy } from './gatehouse.ts';
import { keystone } from './keystone.ts';
import { postgraphile } from './postgraphile.ts';

export const contestants: Contestant[] = [floor, gatehouse, noPolicy, postgraphile, keystone];
