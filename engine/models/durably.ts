/** For writes that a power cut must not undo. */
export const durably = { writeConcern: { w: 'majority', j: true } } as const;
