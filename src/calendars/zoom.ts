// Zoom's meetings, https://developers.zoom.us/docs/api/meetings/, by an application of the account itself (server-to-server
// OAuth, grant account_credentials). Five requests: no SDK.
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { World } from "../world.ts";
import { CalendarFailure } from "./failure.ts";

export interface ZoomDraft {
  readonly topic: string;
  readonly agenda: string;
  readonly start: Temporal.Instant;
  readonly end: Temporal.Instant;
}

export interface ZoomMeeting {
  readonly meetingId: string;
  /** For guests; the host's own, which is worth a key, is never kept. */
  readonly url: string;
  readonly password: string | null;
}

export interface Zoom {
  /** Gets a token, so that what fails then has surely made nothing. */
  ready(): Promise<void>;
  /** Makes a meeting of this user, or of the application where Zoom knows none by that address. After `temporary` it may be there. */
  create(email: string, draft: ZoomDraft): Promise<ZoomMeeting>;
  /** The coming meeting whose agenda has these words, of this user or of the application. */
  find(email: string, words: string): Promise<ZoomMeeting | null>;
  /** Throws not_found where it is gone. */
  update(meetingId: string, draft: ZoomDraft): Promise<void>;
  /** Takes it away, where it is still there. */
  remove(meetingId: string): Promise<void>;
}

const CALL_MS = 15_000;
const PAGE_SIZE = 300;
const MAX_PAGES = 20;
/** A configuration that is wrong is mended by somebody. */
const WRONG_SECONDS = 3600;
/** A token that ends sooner is renewed before it is used. */
const MARGIN_SECONDS = 60;

const Granted = Type.Object({ access_token: Type.String(), expires_in: Type.Integer() });
const Refusal = Type.Object({ code: Type.Integer(), message: Type.String() });
const Meeting = Type.Object({
  id: Type.Integer(),
  join_url: Type.String(),
  password: Type.Optional(Type.String()),
});
const Listed = Type.Object({
  meetings: Type.Array(Type.Object({ id: Type.Integer(), agenda: Type.Optional(Type.String()) })),
  next_page_token: Type.Optional(Type.String()),
});

/** Whether this installation can make meetings at Zoom. */
export const hasZoom = ({ config }: Pick<World, "config">): boolean =>
  config.ZOOM_ACCOUNT_ID !== undefined;

const made = new WeakMap<World, Zoom>();

/** Zoom as this process speaks to it. */
export function zoomOf(world: World): Zoom {
  const known = made.get(world) ?? makeZoom(world);
  made.set(world, known);
  return known;
}

function makeZoom({ config, now }: World): Zoom {
  let live: { token: string; until: Temporal.Instant } | null = null;

  async function token(rejected?: string): Promise<string> {
    const isGood =
      live && live.token !== rejected && Temporal.Instant.compare(now(), live.until) < 0;
    if (live && isGood) return live.token;
    const { ZOOM_LOGIN_BASE_URL, ZOOM_ACCOUNT_ID, ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET } = config;
    const answer = await reach(`${ZOOM_LOGIN_BASE_URL}/oauth/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${ZOOM_CLIENT_ID}:${ZOOM_CLIENT_SECRET}`)}` },
      body: new URLSearchParams({
        grant_type: "account_credentials",
        account_id: ZOOM_ACCOUNT_ID ?? "",
      }),
    });
    const granted = answer.status === 200 ? read(Granted, await json(answer)) : null;
    if (!granted) throw loginFailure(answer, now());
    const until = now().add({ seconds: granted.expires_in - MARGIN_SECONDS });
    live = { token: granted.access_token, until };
    return live.token;
  }

  /** Asks once more with another token where Zoom does not accept the one we have. */
  async function ask(method: string, path: string, body?: object): Promise<unknown> {
    let used = await token();
    let answer = await askWith(used, method, path, body);
    if (answer.status === 401) {
      used = await token(used);
      answer = await askWith(used, method, path, body);
    }
    const said = await json(answer);
    if (answer.status >= 200 && answer.status < 300) return said;
    throw failureOf(answer, said, now());
  }

  const askWith = (bearer: string, method: string, path: string, body?: object) =>
    reach(`${config.ZOOM_BASE_URL}/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${bearer}`,
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });

  /** By the user's address, else as the application: not every host has an account of his own there. */
  async function asUser<T>(email: string, act: (user: string) => Promise<T>): Promise<T> {
    try {
      return await act(encodeURIComponent(email));
    } catch (error) {
      if (!(error instanceof CalendarFailure) || error.kind !== "not_found") throw error;
      return act("me");
    }
  }

  async function findOf(user: string, words: string): Promise<ZoomMeeting | null> {
    let next = "";
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = new URLSearchParams({ type: "upcoming", page_size: `${PAGE_SIZE}` });
      if (next) query.set("next_page_token", next);
      const listed = must(Listed, await ask("GET", `/users/${user}/meetings?${query}`));
      const found = listed.meetings.find(({ agenda }) => agenda?.includes(words));
      if (found) return meetingOf(await ask("GET", `/meetings/${found.id}`));
      next = listed.next_page_token ?? "";
      if (!next) return null;
    }
    return null;
  }

  return {
    ready: async () => {
      await token();
    },
    create: (email, draft) =>
      asUser(email, async (user) =>
        meetingOf(await ask("POST", `/users/${user}/meetings`, bodyOf(draft))),
      ),
    find: (email, words) => asUser(email, (user) => findOf(user, words)),
    update: async (meetingId, draft) => {
      await ask("PATCH", `/meetings/${meetingId}`, bodyOf(draft));
    },
    remove: async (meetingId) => {
      const quietly = "schedule_for_reminder=false&cancel_meeting_reminder=false";
      await ask("DELETE", `/meetings/${meetingId}?${quietly}`).catch((error: unknown) => {
        if (!(error instanceof CalendarFailure) || error.kind !== "not_found") throw error;
      });
    },
  };
}

/** A scheduled meeting; Zoom takes UTC. */
const bodyOf = ({ topic, agenda, start, end }: ZoomDraft) => ({
  topic,
  agenda,
  type: 2,
  start_time: start.round({ smallestUnit: "second", roundingMode: "floor" }).toString(),
  duration: Math.max(1, Math.ceil(start.until(end).total("minutes"))),
});

function meetingOf(said: unknown): ZoomMeeting {
  const { id, join_url: url, password } = must(Meeting, said);
  return { meetingId: `${id}`, url, password: password || null };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(CALL_MS) });
  } catch {
    throw new CalendarFailure("temporary", "Zoom did not answer");
  }
}

const json = (answer: Response): Promise<unknown> => answer.json().catch(() => null);

const read = <T extends TSchema>(schema: T, said: unknown): Static<T> | null =>
  Value.Check(schema, said) ? said : null;

function must<T extends TSchema>(schema: T, said: unknown): Static<T> {
  if (Value.Check(schema, said)) return said;
  throw new CalendarFailure("temporary", "Zoom answered something else");
}

function loginFailure(answer: Response, now: Temporal.Instant): CalendarFailure {
  const { status } = answer;
  if (status === 429) return failureOf(answer, null, now);
  const seconds = status >= 400 && status < 500 ? WRONG_SECONDS : null;
  return new CalendarFailure("temporary", `Zoom does not let us in (${status})`, seconds);
}

function failureOf(answer: Response, said: unknown, now: Temporal.Instant): CalendarFailure {
  const { status, headers } = answer;
  const refusal = read(Refusal, said);
  // Its message may repeat an address.
  const why = refusal ? `Zoom refused it (${status}, ${refusal.code})` : `Zoom answered ${status}`;
  if (status === 429) return new CalendarFailure("throttled", why, waitOf(headers, now));
  if (status === 404) return new CalendarFailure("not_found", why);
  if (status === 401 || status === 403) return new CalendarFailure("throttled", why, WRONG_SECONDS);
  if (status >= 400 && status < 500) return new CalendarFailure("refused", why);
  return new CalendarFailure("temporary", why, status === 503 ? waitOf(headers, now) : null);
}

/** Retry-After in seconds, or as the instant at which a daily limit is over. */
function waitOf(headers: Headers, now: Temporal.Instant): number | null {
  const told = headers.get("retry-after") ?? "";
  if (/^\d{1,6}$/.test(told)) return Number(told);
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(told)) return null;
  return Math.max(1, Math.ceil(now.until(Temporal.Instant.from(told)).total("seconds")));
}
