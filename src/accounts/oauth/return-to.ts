import { listOf } from "../../config.ts";
import { invalid, type ProblemCode } from "../../problem.ts";
import type { World } from "../../world.ts";

/**
 * Where the browser goes after a sign-in: as asked, if that is a path of FRONTEND_URL or lies on an
 * origin of RETURN_TO_ORIGINS; FRONTEND_URL where nothing is asked; null where there is no frontend.
 * Problems: invalid.
 */
export function returnUrl(world: World, asked: string | undefined): string | null {
  const { FRONTEND_URL, RETURN_TO_ORIGINS } = world.config;
  if (asked === undefined) return FRONTEND_URL ?? null;
  // By the parser that browsers use too, and what it makes of the text is what is kept.
  const base = asked.startsWith("/") ? FRONTEND_URL : undefined;
  const url = URL.parse(asked, base);
  const origins = [...listOf(RETURN_TO_ORIGINS), FRONTEND_URL && new URL(FRONTEND_URL).origin];
  // A blob's origin is that of the page which made it.
  const isWeb = url !== null && /^https?:$/.test(url.protocol);
  if (!isWeb || url.username !== "" || url.password !== "" || !origins.includes(url.origin))
    throw invalid("returnTo", "must be a path of the frontend, or on an origin that is allowed");
  return url.href;
}

/** What a way back may say: a code, what was connected, or the code of the problem there was. */
type Answer =
  | { code: string }
  | { linkCode: string }
  | { calendarCode: string }
  | { integrationId: string }
  | { error: ProblemCode };
const ANSWERS = ["code", "linkCode", "calendarCode", "integrationId", "error"];

/** The way back with an answer. */
export function withAnswer(returnTo: string, answer: Answer): string {
  const url = new URL(returnTo);
  for (const name of ANSWERS) url.searchParams.delete(name);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  return url.href;
}
