// Requests to Microsoft Graph by its own client. That client's chain of handlers is replaced by one: the retrying one
// of it would sleep for minutes, and none of it bounds time or size.
import type { Context } from "@microsoft/microsoft-graph-client";
import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { World } from "../world.ts";
import { CalendarFailure } from "./failure.ts";
import { failureOf } from "./microsoft-failure.ts";
import type { Access } from "./provider.ts";

export interface GraphRequest {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the version, with its query; or a whole link that Graph gave, which is followed as it is. */
  readonly to: string;
  /** Further preferences (RFC 7240). */
  readonly prefer?: readonly string[];
  readonly ifMatch?: string | null;
  readonly body?: unknown;
}

/** Sends a request and reads its answer by a schema. Throws CalendarFailure alone. */
export type Graph = <T extends TSchema>(
  access: Access,
  schema: T,
  request: GraphRequest,
) => Promise<Static<T>>;

/** Far more than anybody has; a list that goes on and on ends. */
const MOST_PAGES = 1000;
/** Of one request with its whole answer; Graph's slowest answers take some seconds. */
const ANSWER_WITHIN_MS = 30_000;
/** A page holds events with their texts, and people write long ones. */
const MAX_BYTES = 16 * 1024 * 1024;

// Ids that outlive a move to another folder, and clocks that need no table of Windows' zones.
const PREFERENCES = ['IdType="ImmutableId"', 'outlook.timezone="UTC"'];

const Refused = Type.Object({ error: Type.Object({ code: Type.String() }) });

/** Whether a link is Graph's own: a token follows no other one. */
export const isOfGraph = ({ config }: Pick<World, "config">, link: string): boolean =>
  link.startsWith(`${config.MICROSOFT_BASE_URL}/`);

/** What speaks to Graph; it loads Graph's client at the first request. `answerWithinMs` is for tests. */
export function makeGraph(
  world: Pick<World, "config">,
  { answerWithinMs = ANSWER_WITHIN_MS } = {},
): Graph {
  let sdk: Promise<typeof import("@microsoft/microsoft-graph-client")> | null = null;
  return async (access, schema, { method = "GET", to, prefer = [], ifMatch, body }) => {
    sdk ??= import("@microsoft/microsoft-graph-client");
    const { Client, ResponseType } = await sdk;
    const isLink = /^https?:/.test(to);
    if (isLink && !isOfGraph(world, to))
      throw new CalendarFailure("refused", "microsoft: a link leads elsewhere");
    let failure: CalendarFailure | null = null;
    const client = Client.initWithMiddleware({
      baseUrl: world.config.MICROSOFT_BASE_URL,
      middleware: {
        // The client turns every error into one of its own.
        execute: async (context) => {
          try {
            await exchange(context, access, isLink ? to : null, answerWithinMs);
          } catch (error) {
            failure = error instanceof CalendarFailure ? error : unreached(error);
            throw failure;
          }
        },
      },
    });
    // It would take a link apart and put it together in another order.
    const request = client.api(isLink ? "/" : to).responseType(ResponseType.RAW);
    request.header("Prefer", [...PREFERENCES, ...prefer].join(", "));
    if (ifMatch) request.header("If-Match", ifMatch);
    const answer: Response = await {
      GET: () => request.get(),
      DELETE: () => request.delete(),
      POST: () => request.post(body),
      PATCH: () => request.patch(body),
    }
      [method]()
      .catch((error: unknown) => {
        throw failure ?? unreached(error);
      });
    return read(schema, answer);
  };
}

/** What a schema of a page has beside its values. */
export const NEXT_LINK = { "@odata.nextLink": Type.Optional(Type.String()) };

/** A list page by page; the next one is where Graph says, word for word. */
export async function* pagesOf<T extends TSchema>(
  graph: Graph,
  access: Access,
  schema: T,
  { to, prefer = [] }: Pick<GraphRequest, "to" | "prefer">,
): AsyncGenerator<Static<T>> {
  let link: string | undefined = to;
  for (let page = 0; link !== undefined; page += 1) {
    if (page === MOST_PAGES)
      throw new CalendarFailure("temporary", "microsoft: a list that does not end");
    const said: Static<T> = await graph(access, schema, { to: link, prefer });
    yield said;
    link = (said as { "@odata.nextLink"?: string })["@odata.nextLink"];
  }
}

async function exchange(
  context: Context,
  access: Access,
  link: string | null,
  answerWithinMs: number,
): Promise<void> {
  if (access.kind !== "token")
    throw new CalendarFailure("needs_reauth", "microsoft: lets in by tokens alone");
  const ask = async (token: string) => {
    const answer = await fetch(link ?? (context.request as string), {
      ...(context.options as RequestInit),
      headers: {
        ...(context.options?.headers as Record<string, string>),
        authorization: `Bearer ${token}`,
      },
      redirect: "manual",
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const { status, headers } = answer;
    const bytes = await bytesOf(answer);
    return new Response(bytes.length > 0 ? bytes : null, { status, headers: kept(headers) });
  };
  const token = await access.token();
  context.response = await ask(token);
  if (context.response.status !== 401) return;
  // Revoked before its time; once, since a new one that is refused too will not be taken later either.
  context.response = await ask(await access.token(token));
}

const kept = (headers: Headers): Record<string, string> => {
  const retryAfter = headers.get("retry-after");
  return retryAfter === null ? {} : { "retry-after": retryAfter };
};

// The signal of fetch ends the reading, too.
async function bytesOf({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new CalendarFailure("refused", "microsoft: an answer is too long");
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

const unreached = (error: unknown): CalendarFailure => {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  const why = `${typeof code === "string" ? code : name}`.slice(0, 60);
  return new CalendarFailure("temporary", `microsoft: no answer (${why})`);
};

async function read<T extends TSchema>(schema: T, answer: Response): Promise<Static<T>> {
  const said: unknown = await answer
    .text()
    .then((text) => (text === "" ? null : JSON.parse(text)))
    .catch(() => undefined);
  if (!answer.ok) {
    const code = Value.Check(Refused, said) ? said.error.code : null;
    const { status, headers } = answer;
    throw failureOf({ status, code, retryAfter: headers.get("retry-after") });
  }
  if (Value.Check(schema, said)) return said;
  throw new CalendarFailure("temporary", "microsoft: an answer cannot be read");
}
