// The live feed: one connection for the whole page, whatever looks at it. HTTP/1.1 allows a browser few connections to
// one server, so the filter of the page that shows calls is the filter of the one connection.
import { toQuery } from './client';
import type { CallSummary, LiveSummary } from './types';

export type LiveState = 'off' | 'connecting' | 'open' | 'lost';

export interface LiveSnapshot {
  readonly state: LiveState;
  /** The last minute, oldest first. */
  readonly seconds: readonly LiveSummary[];
}

type CallListener = (call: CallSummary) => void;
type SecondListener = (second: LiveSummary) => void;

const KEPT_SECONDS = 60;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 15_000;

const NOTHING: LiveSnapshot = { state: 'off', seconds: [] };

export class LiveFeed {
  private source: EventSource | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private retryMs = RETRY_FIRST_MS;
  private filters: readonly string[] = [];
  private wanted = false;
  private opened = false;
  /** The server does not understand these filters: the seconds go on without them, and no call comes. */
  private refused = false;
  private snapshot: LiveSnapshot = NOTHING;
  private readonly watchers = new Set<() => void>();
  private readonly callListeners = new Set<CallListener>();
  private readonly secondListeners = new Set<SecondListener>();
  /** Told when the connection fails, which may mean that the session has ended. */
  onFailure: () => void = () => undefined;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly read = (): LiveSnapshot => this.snapshot;

  onCall(listener: CallListener): () => void {
    this.callListeners.add(listener);
    return () => this.callListeners.delete(listener);
  }

  onSecond(listener: SecondListener): () => void {
    this.secondListeners.add(listener);
    return () => this.secondListeners.delete(listener);
  }

  start(): void {
    this.wanted = true;
    this.open();
  }

  stop(): void {
    this.wanted = false;
    this.close();
    this.publish(NOTHING);
  }

  /** Which calls come; seconds are of all calls. Connects again where the filter is another one. */
  setFilters(filters: readonly string[]): void {
    if (filters.join('\n') === this.filters.join('\n')) {
      return;
    }
    this.filters = filters;
    this.refused = false;
    if (this.wanted) {
      this.close();
      this.open();
    }
  }

  /** Connects afresh: what was missed comes as history. */
  reconnect(): void {
    if (this.wanted) {
      this.close();
      this.open();
    }
  }

  private open(): void {
    if (this.source !== null || !this.wanted) {
      return;
    }
    this.publish({ ...this.snapshot, state: this.snapshot.state === 'lost' ? 'lost' : 'connecting' });
    const source = new EventSource(`/api/v1/live${toQuery({ filter: this.refused ? [] : this.filters })}`);
    this.source = source;
    this.opened = false;
    source.addEventListener('open', () => {
      this.opened = true;
      this.retryMs = RETRY_FIRST_MS;
      this.publish({ ...this.snapshot, state: 'open' });
    });
    source.addEventListener('error', () => this.fail(source));
    source.addEventListener('history', (event) =>
      this.receive<LiveSummary[]>(event, (seconds) => this.setSeconds(seconds)),
    );
    source.addEventListener('summary', (event) => this.receive<LiveSummary>(event, (second) => this.addSecond(second)));
    source.addEventListener('call', (event) =>
      this.receive<CallSummary>(event, (call) => this.tellCall(call)),
    );
  }

  private close(): void {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = null;
  }

  private fail(source: EventSource): void {
    if (source !== this.source) {
      return;
    }
    this.close();
    if (!this.opened && this.filters.length > 0 && !this.refused) {
      void this.askWhetherRefused(this.filters);
    }
    this.publish({ ...this.snapshot, state: 'lost' });
    this.onFailure();
    this.retry = setTimeout(() => this.open(), this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MAX_MS);
  }

  /** An EventSource does not say why it could not be opened; the list of calls takes the same filters, and does. */
  private async askWhetherRefused(filters: readonly string[]): Promise<void> {
    const answer = await fetch(`/api/v1/calls${toQuery({ filter: filters, limit: '1' })}`).catch(() => null);
    if (answer?.status === 400 && filters === this.filters && this.source === null && this.wanted) {
      this.refused = true;
      clearTimeout(this.retry);
      this.open();
    }
  }

  private tellCall(call: CallSummary): void {
    if (!this.refused) {
      this.callListeners.forEach((tell) => tell(call));
    }
  }

  private receive<D>(event: MessageEvent<string>, take: (data: D) => void): void {
    let data: D;
    try {
      data = JSON.parse(event.data) as D;
    } catch {
      return;
    }
    take(data);
  }

  private setSeconds(seconds: readonly LiveSummary[]): void {
    this.publish({ state: 'open', seconds: seconds.slice(-KEPT_SECONDS) });
  }

  private addSecond(second: LiveSummary): void {
    this.setSeconds([...this.snapshot.seconds, second]);
    this.secondListeners.forEach((tell) => tell(second));
  }

  private publish(snapshot: LiveSnapshot): void {
    this.snapshot = snapshot;
    this.watchers.forEach((watcher) => watcher());
  }
}

export const liveFeed = new LiveFeed();
