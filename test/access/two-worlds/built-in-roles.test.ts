import { testTwoWorlds } from './search.ts';

testTwoWorlds([
  'Owen Owner', 'Ada Admin', 'Mia Manager', 'Rex Rep', 'Cole Colleague', 'Sue South', 'Vic Viewer', 'Bob Both',
]);
