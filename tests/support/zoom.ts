// Zoom, as far as its documentation goes: tokens of an account's application, meetings of users, and its ways to fail.
import { type Heard, openVendor, type Reply } from "./vendor.ts";

export interface ZoomKept {
  readonly id: number;
  readonly user: string;
  topic: string;
  agenda: string;
  start_time: string;
  duration: number;
  readonly password: string;
}

const ACCOUNT = "an account";
const CLIENT = "a client";
const SECRET = "a secret of tests";

/** Opens a stand-in whose users are these addresses, besides the application's own. */
export async function openZoom(users: string[] = []) {
  const meetings = new Map<number, ZoomKept>();
  const state = {
    tokens: 0,
    live: "",
    lastId: 85_000_000_000,
    pageSize: 30,
    isListed: true,
    made: (): unknown => undefined,
  };

  const refused = (status: number, code: number, message: string): Exclude<Reply, string> => ({
    status,
    body: { code, message },
  });

  function grant({ path, headers }: Heard): Exclude<Reply, string> {
    const wanted = `Basic ${btoa(`${CLIENT}:${SECRET}`)}`;
    const isOurs = headers.authorization === wanted && /account_credentials/.test(path);
    if (!isOurs)
      return { status: 400, body: { reason: "Invalid client", error: "invalid_client" } };
    state.tokens += 1;
    state.live = `token ${state.tokens}`;
    return {
      status: 200,
      body: { access_token: state.live, token_type: "bearer", expires_in: 3599 },
    };
  }

  const shown = ({ user: _, ...meeting }: ZoomKept) => ({
    ...meeting,
    type: 2,
    join_url: `https://zoom.test/j/${meeting.id}?pwd=${meeting.password}`,
    start_url: `https://zoom.test/s/${meeting.id}?zak=the-hosts-own-key`,
  });

  function answer(heard: Heard): Exclude<Reply, string> {
    const { path, method, headers, body } = heard;
    if (path.startsWith("/oauth/token")) return grant({ ...heard, path: `${path}?${body}` });
    if (headers.authorization !== `Bearer ${state.live}`)
      return refused(401, 124, "Access token is expired.");
    const url = new URL(path, "http://zoom.test");
    const ofUser = /^\/v2\/users\/([^/]+)\/meetings$/.exec(url.pathname);
    if (ofUser) {
      const user = decodeURIComponent(ofUser[1]!);
      if (user !== "me" && !users.includes(user))
        return refused(404, 1001, `User does not exist: ${user}.`);
      if (method === "POST") {
        state.lastId += 1;
        const id = state.lastId;
        const { topic, agenda, start_time, duration } = body;
        const kept = { id, user, topic, agenda, start_time, duration, password: `p${id % 1000}` };
        meetings.set(id, kept);
        state.made();
        return { status: 201, body: shown(kept) };
      }
      const own = [...meetings.values()].filter((each) => each.user === user && state.isListed);
      const from = Number(url.searchParams.get("next_page_token") || 0);
      const rest = from + state.pageSize < own.length;
      return {
        status: 200,
        body: {
          // A list tells no passwords.
          meetings: own
            .slice(from, from + state.pageSize)
            .map((each) => ({ ...shown(each), password: undefined, start_url: undefined })),
          next_page_token: rest ? `${from + state.pageSize}` : "",
        },
      };
    }
    const id = Number(/^\/v2\/meetings\/(\d+)$/.exec(url.pathname)?.[1]);
    const kept = meetings.get(id);
    if (!kept) return refused(404, 3001, `Meeting does not exist: ${id}.`);
    if (method === "GET") return { status: 200, body: shown(kept) };
    if (method === "DELETE") meetings.delete(id);
    else Object.assign(kept, body);
    return { status: 204 };
  }

  const vendor = await openVendor(answer);
  return Object.assign(vendor, {
    meetings,
    state,
    users,
    env: {
      ZOOM_ACCOUNT_ID: ACCOUNT,
      ZOOM_CLIENT_ID: CLIENT,
      ZOOM_CLIENT_SECRET: SECRET,
      ZOOM_BASE_URL: vendor.url,
      ZOOM_LOGIN_BASE_URL: vendor.url,
    },
    /** What was asked for, without tokens: "POST /v2/users/me/meetings". */
    asked: () =>
      vendor.heard
        .filter(({ path }) => !path.startsWith("/oauth"))
        .map(({ method, path }) => `${method} ${path.split("?")[0]}`),
  });
}
