// What monitors, alerts and silences say; docs/monitors.md.
import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type MonitorKind = Schemas['MonitorKind'];
export type Monitor = Schemas['Monitor'];
export type Severity = Monitor['severity'];
export type AlertCondition = Schemas['AlertCondition'];
export type NewMonitor = Partial<Omit<Monitor, 'id' | 'recommended' | 'state'>>;
export type AlertGroup = Schemas['AlertGroup'];
export type Alert = Schemas['Alert'];
export type AlertPage = Schemas['AlertPage'];
export type AlertEvent = Schemas['AlertEvent'];
export type AlertMatcher = Schemas['AlertMatcher'];
export type Silence = Schemas['Silence'];
export type Preview = Schemas['Preview'];

export interface NewSilence {
  readonly matchers: readonly AlertMatcher[];
  readonly duration: string;
  readonly comment?: string;
}

export interface Items<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
