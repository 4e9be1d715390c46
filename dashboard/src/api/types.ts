// Short names for what api/openapi.yaml defines.
import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type Problem = Schemas['Problem'];
export type Table = Schemas['TimedTable'];
export type Cell = Schemas['Cell'];
export type Column = Schemas['Column'];
export type CallSummary = Schemas['CallSummary'];
export type CallDetail = Schemas['CallDetail'];
export type CallPage = Schemas['CallPage'];
export type TraceSummary = Schemas['TraceSummary'];
export type TraceDetail = Schemas['TraceDetail'];
export type TraceNode = Schemas['TraceNode'];
export type TracePage = Schemas['TracePage'];
export type TracePartKind = Schemas['TracePartKind'];
export type PricePage = Schemas['PricePage'];
export type ModelPrice = Schemas['ModelPrice'];
export type OwnPrices = Schemas['OwnPrices'];
export type UnpricedPage = Schemas['UnpricedPage'];
export type PriceRate = Schemas['PriceRate'];
export type Recalculation = Schemas['Recalculation'];
export type Key = Schemas['Key'];
export type KeyPage = Schemas['KeyPage'];
export type NewKey = Schemas['NewKey'];
export type Channel = Schemas['Channel'];
export type ChannelTest = Schemas['ChannelTest'];
export type Limit = Schemas['Limit'];
export type LimitPage = Schemas['LimitPage'];
export type Unpriced = Schemas['Unpriced'];
export type QualityReport = Schemas['QualityReport'];
export type Feedback = Schemas['Feedback'];
export type Content = Schemas['Content'];
export type LiveSummary = Schemas['LiveSummary'];
export type SessionSummary = Schemas['SessionSummary'];
export type SessionDetail = Schemas['SessionDetail'];
export type SessionCall = Schemas['SessionCall'];
export type SessionPage = Schemas['SessionPage'];
export type Session = Schemas['Session'];
export type Status = Schemas['Status'];
export type Catalogue = Schemas['Catalogue'];

export type CallStatus = NonNullable<CallSummary['status']>;
export type ErrorType = NonNullable<CallSummary['error_type']>;
export type Operation = NonNullable<CallSummary['operation']>;
