// Scenarios: what calls can be told to be for, and changes of the own ones.
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api, change, get } from './client';
import type { components } from './schema.gen';

type Schemas = components['schemas'];
export type Scenario = Schemas['Scenario'];
export type ScenarioGuess = Schemas['ScenarioGuess'];
export type NewScenario = Schemas['NewScenario'];

const SCENARIOS = ['scenarios'] as const;
const PATH = '/api/v1/scenarios';

export const scenariosQuery = queryOptions({
  queryKey: SCENARIOS,
  queryFn: ({ signal }) => get<Schemas['ScenarioPage']>(PATH, {}, signal),
  placeholderData: keepPreviousData,
});

export type ScenarioChange =
  | { readonly kind: 'make'; readonly scenario: NewScenario }
  | { readonly kind: 'change'; readonly id: string; readonly scenario: NewScenario }
  | { readonly kind: 'remove'; readonly id: string };

const csrf = async (): Promise<string> => (await api.session()).csrf ?? '';
const at = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

async function apply(wish: ScenarioChange): Promise<Scenario> {
  switch (wish.kind) {
    case 'make':
      return change<Scenario>(PATH, 'POST', wish.scenario, await csrf());
    case 'change':
      return change<Scenario>(at(wish.id), 'PATCH', wish.scenario, await csrf());
    case 'remove':
      return change<Scenario>(at(wish.id), 'DELETE', undefined, await csrf());
  }
}

/** Makes, changes or removes a scenario of one's own; the list is asked for again. */
export function useChangeScenarios() {
  const client = useQueryClient();
  return useMutation({ mutationFn: apply, onSettled: () => client.invalidateQueries({ queryKey: SCENARIOS }) });
}

/** What a text would be told to be. */
export const useTryScenario = () =>
  useMutation({ mutationFn: async (text: string) => change<ScenarioGuess>(`${PATH}/try`, 'POST', { text }, await csrf()) });
