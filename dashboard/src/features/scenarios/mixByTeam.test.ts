import { expect, it } from 'vitest';

import { mixByTeam } from './mixByTeam';

it('puts the largest teams and their largest scenarios first', () => {
  const teams = mixByTeam([
    { team: 'a', scenario: 'coding', calls: 3 },
    { team: null, scenario: 'writing', calls: 10 },
    { team: 'a', scenario: null, calls: 5 },
  ]);
  expect(teams).toEqual([
    { team: null, calls: 10, scenarios: [{ scenario: 'writing', calls: 10 }] },
    { team: 'a', calls: 8, scenarios: [{ scenario: null, calls: 5 }, { scenario: 'coding', calls: 3 }] },
  ]);
});
