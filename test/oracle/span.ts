/** Where and when: what the oracle is asked about. */

export type Scope = { kind: 'center' | 'site' | 'team' | 'queue' | 'agent'; key: string }
/** Of a calendar month, the one before is a month; of any other span, one as long right before it. */
export type Span = { fromMs: number; toMs: number; is?: 'month' }
