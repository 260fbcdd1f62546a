/** A new UUIDv7 (RFC 9562): made here, so that a statement can name its rows before they exist. */
export const newId = (): string => Bun.randomUUIDv7();
