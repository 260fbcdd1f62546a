import { Problem } from "../problem.ts";

/** The constraint that a statement broke (unique or exclusion), or null if that was not the trouble. */
export function violated(error: unknown): string | null {
  const { code, constraint_name: name } = error as { code?: unknown; constraint_name?: unknown };
  return (code === "23505" || code === "23P01") && typeof name === "string" ? name : null;
}

/** The code that `refuse()` raised in the database, or null if that was not the trouble. */
export function refused(error: unknown): string | null {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return code === "KA001" && typeof message === "string" ? message : null;
}

/** Whether the statement lost a race that trying again may win. */
export function shouldRetry(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "40P01" || code === "40001";
}

const AWAY =
  /^(57P0[123]|57014|55P03|40P01|40001|53\d{3}|25006|CONNECTION_\w+|CONNECT_TIMEOUT|ECONN(REFUSED|RESET)|EPIPE|ETIMEDOUT)$/;

/** Whether the database did not take a statement for now: it restarts or is busy, or nobody knows whether it took it. */
export const isAway = (error: unknown): boolean =>
  error instanceof Problem
    ? error.problem === "unavailable"
    : AWAY.test(`${(error as { code?: unknown } | null)?.code}`);
