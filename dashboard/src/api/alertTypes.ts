// What monitors, alerts and silences say; as docs/monitors.md has it.

export type MonitorKind = 'threshold' | 'change' | 'anomaly' | 'forecast' | 'burn_rate' | 'headroom' | 'new';
export type Severity = 'info' | 'warning' | 'critical';

export interface AlertCondition {
  readonly op?: '>' | '<';
  readonly value?: number;
  readonly recovery?: number | null;
  readonly min_calls?: number;
  readonly period?: string | null;
  readonly short_window?: string | null;
  readonly direction?: 'both' | 'up' | 'down';
  readonly limit?: number | null;
  readonly objective?: number | null;
}

export interface MonitorState {
  readonly status: 'ok' | 'pending' | 'firing' | 'no_data' | 'off' | 'waiting' | 'trouble';
  readonly changed: boolean;
  readonly groups: number;
  readonly firing: number;
  readonly pending: number;
  readonly left_out: number;
  readonly evaluated_at: string | null;
  readonly every: string;
  readonly trouble: string | null;
}

export interface Monitor {
  readonly id: string;
  readonly name: string;
  readonly kind: MonitorKind;
  readonly metric: string;
  readonly filter: string;
  readonly group_by: readonly string[];
  readonly window: string;
  readonly condition: AlertCondition;
  readonly for: string;
  readonly recover_for: string;
  readonly no_data: 'ok' | 'keep' | 'alert';
  readonly severity: Severity;
  readonly message: string | null;
  readonly team: string | null;
  readonly service: string | null;
  readonly channels: readonly string[];
  readonly enabled: boolean;
  readonly recommended: boolean;
  readonly state: MonitorState;
}

export type NewMonitor = Partial<Omit<Monitor, 'id' | 'recommended' | 'state'>>;

export type AlertGroup = readonly { readonly name: string; readonly value: string }[];

export interface Alert {
  readonly key: string;
  readonly monitor_id: string;
  readonly monitor_name: string;
  readonly kind: MonitorKind;
  readonly metric: string;
  readonly filter: string;
  readonly window: string;
  readonly severity: Severity;
  readonly status: 'pending' | 'firing';
  readonly group: AlertGroup;
  readonly value_text: string | null;
  readonly threshold_text: string;
  readonly confidence: number | null;
  readonly why: string | null;
  readonly message: string;
  readonly since: string;
  readonly without_data: boolean;
  readonly flapping: boolean;
  readonly acknowledged_by: string | null;
  readonly silenced_by: string | null;
  readonly told_at: string | null;
}

export interface AlertPage {
  readonly items: readonly Alert[];
  readonly next: string | null;
  readonly firing: number;
  readonly pending: number;
}

export interface AlertEvent {
  readonly id: number;
  readonly at: string;
  readonly what: 'fired' | 'resolved' | 'acknowledged' | 'unacknowledged';
  readonly key: string;
  readonly monitor_id: string;
  readonly monitor_name: string;
  readonly metric: string;
  readonly filter: string;
  readonly window: string;
  readonly severity: Severity;
  readonly group: AlertGroup;
  readonly value_text: string | null;
  readonly threshold_text: string;
  readonly message: string;
  readonly began_at: string | null;
  readonly by: string | null;
  readonly comment: string | null;
}

export interface AlertMatcher {
  readonly name: string;
  readonly value: string;
}

export interface Silence {
  readonly id: string;
  readonly matchers: readonly AlertMatcher[];
  readonly starts_at: string;
  readonly ends_at: string;
  readonly by: string | null;
  readonly comment: string | null;
  readonly state: 'coming' | 'active' | 'over';
  readonly alerts: number;
}

export interface NewSilence {
  readonly matchers: readonly AlertMatcher[];
  readonly duration: string;
  readonly comment?: string;
}

export interface Preview {
  readonly from: string;
  readonly to: string;
  readonly step: string;
  readonly alerts: number;
  readonly groups: readonly {
    readonly group: AlertGroup;
    readonly points: readonly (readonly [string, number | null])[];
    readonly alerts: readonly { readonly fired_at: string; readonly resolved_at: string | null; readonly why: string | null }[];
  }[];
  readonly left_out: number;
}

export interface Items<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
