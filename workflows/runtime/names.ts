/** Signal that tells a run what happened: `Delivery[]`. */
export const EVENTS_SIGNAL = 'events';
/** Query answering what the run waits for: `Waiting`. */
export const WAITING_QUERY = 'waiting';
