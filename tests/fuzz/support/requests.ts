// A request to an operation of the document: somebody's, of things that are there, good or spoilt.
import type { Operation, Parameter } from "../../architecture/operations.ts";
import { MATRIX } from "../../authorization/matrix.ts";
import { ACTORS, type Actor } from "../../authorization/support/actors.ts";
import type { Cast, Things } from "../../authorization/support/cast.ts";
import { requestOf, rowsOf, verdictsOf } from "../../authorization/support/judge.ts";
import type { Stage } from "../../authorization/support/stage.ts";
import { BAD_BODIES, BAD_HEADERS, BAD_URL_PARTS } from "../../support/bad-values.ts";
import { bad, chance, type Known, type Next, pick, spoilt, valueBy } from "./values.ts";

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** Whether the body is one that the schema was asked for; null where it was spoilt, or there is none. */
  readonly json: unknown;
  readonly actor: Actor | "forger";
}

/** How a request is spoilt: not at all, in one place, or by values that its schema may still take. */
const MOODS = ["good", "good", "body", "query", "path", "header", "whole body"] as const;

export function makeRequest(
  stage: Stage,
  operation: Operation,
  next: Next,
  mood: (typeof MOODS)[number] = pick(MOODS, next),
): Request {
  const { cast } = stage;
  const { name, method } = operation;
  const known = knownOf(cast);
  const rows = rowsOf(name);
  const row = pick(rows, next);
  const able = row ? ACTORS.filter((each) => verdictsOf(name, row)[each] === "ok") : [];
  const actor = able.length > 0 && chance(next, 0.7) ? pick(able, next) : pick(ACTORS, next);
  const good = row && requestOf(stage, name, row, actor);
  const path =
    good && chance(next, 0.8) && mood !== "path"
      ? good.path.split("?")[0]!
      : pathOf(operation, known, mood === "path", next);
  const query = queryOf(operation, known, mood === "query", next);
  const given = good && chance(next, 0.4) && good.path.split("?")[1];
  const schema = operation.requestBody?.content["application/json"]?.schema;
  const wanted =
    schema && (good?.body && chance(next, 0.3) ? good.body : valueBy(schema, "", known, next));
  const json = mood === "body" && schema ? spoilt(wanted, next) : wanted;
  const whole = mood === "whole body" && schema ? pick(BAD_BODIES, next) : null;
  const [type, body] = whole ?? ["application/json", schema ? JSON.stringify(json) : null];
  return {
    method: method.toUpperCase(),
    path: `${path}${given ? `?${given}` : query}`,
    headers: {
      ...(body !== null && type !== null && { "content-type": type }),
      ...proofOf(cast, actor, next),
      ...headersOf(operation, mood === "header", next),
    },
    body: body ?? null,
    // As it arrives: JSON knows no infinity.
    json: whole || json === undefined ? null : JSON.parse(JSON.stringify(json) ?? "null"),
    actor,
  };
}

function proofOf(cast: Cast, actor: Actor, next: Next): Record<string, string> {
  const { bearer, token } = cast.proofs[actor];
  if (chance(next, 0.03)) return { authorization: `Bearer ${pick(BAD_HEADERS, next)}` };
  return {
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    ...(token !== undefined && { "x-booking-token": token }),
  };
}

function pathOf({ path }: Operation, known: Known, isSpoilt: boolean, next: Next): string {
  const ids = path.match(/\{\w+\}/g) ?? [];
  const worst = isSpoilt && ids.length > 0 ? Math.floor(next() * ids.length) : -1;
  return ids.reduce((made, each, i) => {
    const value =
      i === worst
        ? pick(BAD_URL_PARTS, next)
        : encodeURIComponent(String(known(each.slice(1, -1), next) ?? known("id", next)));
    return made.replace(each, () => value);
  }, path);
}

const parametersOf = ({ parameters = [] }: Operation, kind: string): readonly Parameter[] =>
  parameters.filter((each) => each.in === kind);

function queryOf(operation: Operation, known: Known, isSpoilt: boolean, next: Next): string {
  const all = parametersOf(operation, "query");
  const given = all.filter(({ required }) => required || chance(next, 0.35));
  const worst = isSpoilt ? pick(given, next) : null;
  const parts = given.map(({ name, schema }) => {
    const value = () =>
      encodeURIComponent(String(valueBy(schema, name, known, next)).toWellFormed());
    return `${name}=${worst?.name === name ? pick(BAD_URL_PARTS, next) : value()}`;
  });
  if (isSpoilt && chance(next, 0.3)) parts.push(...(parts[0] ? [parts[0]] : ["unknown=1"]));
  return parts.length > 0 ? `?${parts.join("&")}` : "";
}

const COMMON = ["accept", "accept-language", "accept-encoding", "origin", "x-request-id"];

function headersOf(operation: Operation, isSpoilt: boolean, next: Next): Record<string, string> {
  const own = parametersOf(operation, "header");
  const made: Record<string, string> = {};
  for (const { name, schema } of own)
    if (chance(next, 0.3)) made[name] = sendable(valueBy(schema, name, () => undefined, next));
  if (isSpoilt) {
    const names = [...own.map(({ name }) => name), ...COMMON, "x-booking-token", "content-type"];
    made[pick(names, next)] = pick(BAD_HEADERS, next);
  }
  return made;
}

/** As much of a value as a header can carry at all. */
const sendable = (value: unknown): string => String(value).replace(/[^\x20-\x7e\xa0-\xff]/g, "?");

/** By the names of fields and parameters: what of the cast may stand there. */
function knownOf({ things, rivals, people }: Cast): Known {
  const all = (...names: (keyof Things)[]) =>
    [things, things, rivals].flatMap((each) => names.map((name) => each[name] as string));
  const every = Object.values(things).filter((each): each is string => typeof each === "string");
  const bookings = all(
    ...(["guestBooking", "otherBooking", "pending", "unsaid", "past", "cancelled"] as const),
    ...(["personal", "teamBooking"] as const),
  );
  const byName: readonly (readonly [RegExp, readonly unknown[]])[] = [
    [/^(meetingTypeId|type)$/i, all("type", "teamType", "askedType")],
    [/^scheduleId$/, all("schedule")],
    [/^(userId|hostId|host|newOwnerId|to)$/, all("user", "member", "host")],
    [/^organizationId$/, all("organization")],
    [/^(bookingId|rescheduleOf)$/, bookings],
    [/^holdId$/, all("hold")],
    [/^link(Id)?$/, all("link", "teamLink")],
    [/^deliveryId$/, all("delivery", "call", "teamCall")],
    [/^invitationId$/, all("invitation")],
    [/^(id|ids|seat)$/, [...every.filter((each) => /^[\da-f-]{36}$/.test(each)), ...bookings]],
    [/^user(name)?$/, all("username", "user")],
    [/^slug$/, [...all("slug"), "team"]],
    [/^token$/, [...Object.values(things.links), things.guestToken, things.endedToken]],
    [/email$/i, [...Object.values(people).map(({ email }) => email), "new@example.org"]],
    [/^timeZone$/, ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Mars/Olympus"]],
    [/^phone/, ["+4915112345678", "+12025550123", "+1", "123"]],
    [/^(start|startAt)$/, ["2026-11-24T09:00:00Z", "2026-11-25T10:30:00Z", "2026-11-23T09:00:00Z"]],
    [/^(from|until)$/, ["2026-11-23", "2026-11-24", "2026-11-30"]],
    [/^password|Password$/, ["correct horse battery", "another good password"]],
    [/^url$/, ["https://203.0.114.7/x", "http://127.0.0.1/", "https://[::1]/"]],
    [
      /^rrule$/,
      ["FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY;INTERVAL=2", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"],
    ],
    [/^provider$/, ["google", "microsoft", "x"]],
    [/^cursor$/, ["e30", "bnVsbA", "W10", "eyJhIjoxfQ"]],
  ];
  return (name, next) => {
    const found = byName.find(([pattern]) => pattern.test(name));
    return found && pick(found[1], next);
  };
}

/** What somebody may have done just before; most often nothing. */
export function makeBefore(stage: Stage, next: Next): Request | null {
  if (chance(next, 0.6)) return null;
  const writing = stage.operations.filter(({ method }) => method !== "get");
  return makeRequest(stage, pick(writing, next), next, "good");
}

/** A request to a page: the row's own, its query or its form spoilt. */
export function makePageRequest(stage: Stage, name: string, next: Next): Request {
  const row = pick(rowsOf(name), next);
  const able = ACTORS.filter((each) => row && verdictsOf(name, row)[each] === "ok");
  const actor = pick(chance(next, 0.8) && able.length > 0 ? able : ACTORS, next);
  const { method, path, form } = requestOf(stage, name, row!, actor);
  const [plain = "", query = ""] = path.split("?");
  const isSpoilt = chance(next, 0.5);
  const spoiltPart = isSpoilt ? pick(BAD_URL_PARTS, next) : null;
  const at = plain.split("/").length - 1;
  const fields = Object.fromEntries(
    Object.entries(form ?? {}).map(([field, value]) => [
      field,
      chance(next, 0.3) ? String(bad(next)) : value,
    ]),
  );
  const target =
    spoiltPart !== null && chance(next, 0.3) && MATRIX[name]
      ? plain.split("/").with(at, spoiltPart).join("/")
      : plain;
  const wrongQuery =
    spoiltPart === null ? query : `${query}&${pick(PAGE_QUERY, next)}=${spoiltPart}`;
  return {
    method,
    path: wrongQuery ? `${target}?${wrongQuery}` : target,
    headers: {
      accept: "text/html",
      ...(form && { "content-type": "application/x-www-form-urlencoded" }),
      ...(chance(next, 0.1) && { "accept-language": pick(BAD_HEADERS, next) }),
    },
    body: form ? `${new URLSearchParams(fields)}` : null,
    json: null,
    actor,
  };
}

const PAGE_QUERY = ["token", "start", "timeZone", "month", "from", "cursor", "duration", "done"];
