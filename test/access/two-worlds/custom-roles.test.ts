import { testTwoWorlds } from './search.ts';

testTwoWorlds([
  'Kim Sometimes', 'Kay Key', 'Tom Team', 'Odd One', 'Eve Explains', 'Ivy Indirect', 'Fay Fragments', 'Gwen Guest',
  'Nora Noroles', 'Lee Left', 'A stranger', 'Nobody',
  'A key of Mia', 'A key of Kim',
]);
