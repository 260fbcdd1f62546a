import { type Config, SECRETS } from "../../src/config.ts";

export type State = "ok" | "warning" | "problem";

/** What was found of one thing, and how it is mended. */
export interface Finding {
  readonly name: string;
  readonly state: State;
  readonly said: string;
  readonly mend?: string;
}

export const ok = (said: string) => ({ state: "ok" as const, said });
export const warning = (said: string, mend: string) => ({ state: "warning" as const, said, mend });
export const problem = (said: string, mend: string) => ({ state: "problem" as const, said, mend });

/** What a check gives: its name is whoever asks it for. */
export type Result = Omit<Finding, "name">;

const ANSWER_WITHIN_MS = 15_000;

/** A check's finding; one that fails or does not end is a problem too. */
export async function examine(
  name: string,
  check: () => Result | Promise<Result>,
  withinMs = ANSWER_WITHIN_MS,
): Promise<Finding> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Result>((resolve) => {
    const seconds = withinMs / 1000;
    const said = problem(`no answer within ${seconds} seconds`, "See whether it can be reached.");
    timer = setTimeout(resolve, withinMs, said);
  });
  const checking = Promise.resolve()
    .then(check)
    .catch((error: unknown) => problem(reason(error), "Mend what is said, and run this again."));
  const result = await Promise.race([checking, late]);
  clearTimeout(timer);
  return { name, ...result };
}

/** What an error says: its first line, and its code where that alone says anything. */
export function reason(error: unknown): string {
  const { code, message, errors } = error as {
    code?: unknown;
    message?: string;
    errors?: unknown[];
  };
  const text = message || (Array.isArray(errors) ? `${(errors[0] as Error)?.message}` : "");
  const line = text.split("\n")[0] ?? "";
  return typeof code === "string" && !line.includes(code) ? `${line} (${code})`.trim() : line;
}

/** Takes every secret of a configuration out of a text, also those that stand in addresses. */
export function redactor(config: Partial<Config>): (text: string) => string {
  const secrets = new Set<string>();
  for (const [name, value] of Object.entries(config)) {
    if (typeof value !== "string") continue;
    const url = /^\w+:\/\//.test(value) ? URL.parse(value) : null;
    // Of an address only its password: where it leads has to be said.
    if (SECRETS.includes(name) && !url)
      for (const each of [value, ...value.split(",")]) secrets.add(each.trim());
    if (url?.password) for (const each of [url.password, decoded(url.password)]) secrets.add(each);
  }
  // The longest first: one may be part of another.
  const known = [...secrets].filter((each) => each.length >= 3).sort((a, b) => b.length - a.length);
  return (text) => known.reduce((said, secret) => said.replaceAll(secret, "…"), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
