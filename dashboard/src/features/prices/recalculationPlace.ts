/** The part of the page where stored calls are priced again: other parts point there. */
export const RECALCULATION_ID = 'recalculation';
