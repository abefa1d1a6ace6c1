/**
 * Where a registered customer stands; exclusive. `new` lasts to the local midnight that begins day `newDays`;
 * after it `inactive` follows `idleDays` × 86,400 s without activity, and the next activity makes it `reactivated`.
 */
export const stages = ['new', 'active', 'inactive', 'reactivated'] as const;
export type Stage = (typeof stages)[number];

export const lifecycle = { newDays: 90, idleDays: 60 } as const;
