// Which model pleases most for its money.
import type { Table } from '@/api/types';
import { asNumber, asText, columnIndex } from '@/api/usage';

/** Fewer opinions say nothing of a model. */
const LEAST_OPINIONS = 5;

export interface BestModel {
  readonly model: string;
  readonly satisfaction: number;
  /** Dollars a call. */
  readonly cost: number;
}

/**
 * Of rows by scenario and model: for each scenario the model with the most satisfied answers for a dollar, of those that have opinions
 * enough and a price above nothing.
 */
export function bestModels(table: Table): ReadonlyMap<string | null, BestModel> {
  const at = (name: string): number => columnIndex(table, name);
  const [rate, count, cost] = [at('satisfaction_rate'), at('feedback_count'), at('cost_per_call_usd')];
  const best = new Map<string | null, BestModel>();
  for (const row of table.rows) {
    const model = asText(row[1]);
    const satisfaction = asNumber(row[rate]);
    const each = asNumber(row[cost]);
    if (model === null || satisfaction === null || each === null || each <= 0 || (asNumber(row[count]) ?? 0) < LEAST_OPINIONS) {
      continue;
    }
    const before = best.get(asText(row[0]));
    if (before === undefined || satisfaction / each > before.satisfaction / before.cost) {
      best.set(asText(row[0]), { model, satisfaction, cost: each });
    }
  }
  return best;
}
