// A row of the matrix as requests, and what is wrong with an answer.
import { MATRIX, type Row } from "../matrix.ts";
import type { Actor, Verdicts } from "./actors.ts";
import { type Cast, SECRETS, type Things } from "./cast.ts";
import type { Asked, Stage, Told } from "./stage.ts";

/** The rows of a route. */
export const rowsOf = (name: string): readonly Row[] => [MATRIX[name] ?? []].flat();

const methodOf = (name: string) => name.slice(0, name.indexOf(" "));

/** What each should get, by the row. */
export const verdictsOf = (name: string, row: Row): Verdicts => row.who(methodOf(name) === "GET");

/** The request that a row speaks of, on these things. */
export function requestOf(
  { operations, cast }: Stage,
  name: string,
  row: Row,
  actor: Actor,
  things: Things = cast.things,
): Asked {
  const given = <T>(of: T | ((things: Things) => T) | undefined): T | undefined =>
    typeof of === "function" ? (of as (things: Things) => T)(things) : of;
  const template = name.slice(name.indexOf(" ") + 1);
  const plain = template.replaceAll(/\{(\w+)\}/g, (_, parameter: string) =>
    String(things[row.at?.[parameter] ?? ("" as keyof Things)] ?? `no ${parameter}`),
  );
  const { token } = cast.proofs[actor];
  const isPage = !template.startsWith("/api/");
  const query = given(row.query) ?? (isPage && token !== undefined ? `token=${token}` : undefined);
  const form = given(row.form);
  const operation = operations.find((each) => each.name === name);
  const example = operation?.requestBody?.content["application/json"]?.example as
    | object
    | undefined;
  return {
    method: methodOf(name),
    path: `${row.path?.(things) ?? plain}${query === undefined ? "" : `?${query}`}`,
    body: given(row.body) ?? example,
    form: form && { ...(token !== undefined && { token }), ...form },
  };
}

/** What is wrong with the answers to a row's request, each fault with everybody whom it struck. */
export async function faultsOf(
  name: string,
  row: Row,
  actors: readonly Actor[],
  judge: (actor: Actor) => Promise<string | null>,
): Promise<string[]> {
  const struck = new Map<string, Actor[]>();
  for (const actor of actors) {
    const found = await judge(actor);
    if (found !== null) struck.set(found, [...(struck.get(found) ?? []), actor]);
  }
  const of = Object.values(row.at ?? {}).join(" and ") || "nothing in particular";
  return [...struck].map(([found, who]) => `${name} of ${of}, by ${who.join(", ")}: ${found}`);
}

/** What is wrong with an answer, or null. */
export function fault(
  { cast }: Stage,
  row: Row,
  actor: Actor,
  asked: Asked,
  told: Told,
  verdict = row.who(asked.method === "GET")[actor],
): string | null {
  const { status, text, isChanged } = told;
  const wanted = verdict === "ok" ? (row.ok ?? 200) : verdict;
  if (status !== wanted) return `${status} instead of ${wanted}: ${short(text)}`;
  if (wanted >= 400 && isChanged) return `${status}, but something has changed`;
  if (asked.method === "GET" && isChanged) return "something has changed by reading";
  return leakIn(cast, actor, asked, text, verdict !== "ok", row.shows);
}

/** What an answer tells that its reader is not to know, or null. */
export function leakIn(
  { things }: Cast,
  actor: Actor,
  asked: Asked,
  text: string,
  isRefusal: boolean,
  shows: readonly string[] = [],
): string | null {
  for (const [word, readers] of Object.entries(SECRETS)) {
    const isHis = !isRefusal && (readers.includes(actor) || shows.includes(word));
    if (!isHis && text.includes(word)) return `tells "${word}": ${short(text)}`;
  }
  if (!isRefusal) return null;
  const ids = Object.values(things).filter((each): each is string => typeof each === "string");
  const said = `${asked.path} ${JSON.stringify(asked.body ?? asked.form ?? {})}`;
  const leaked = ids.find((id) => text.includes(id) && !said.includes(id));
  return leaked === undefined ? null : `tells an id of another: ${short(text)}`;
}

// What differs from one answer to the next is left out, so that the same fault reads the same.
const short = (text: string): string => text.replace(/,"requestId":"[^"]*"/, "").slice(0, 300);
