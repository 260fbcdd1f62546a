// bull-board without a server framework: its routes as data, its page and its files as answers.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import type {
  AppControllerRoute,
  BullBoardQueues,
  ControllerHandlerReturnType,
  IServerAdapter,
  UIConfig,
} from "@bull-board/api/typings/app";
import type { Queue } from "bullmq";

export const BASE = "/admin/queues";

export interface Board {
  /** The one page; its script shows whatever the address says. */
  page(): Promise<Response>;
  /** Answers a call of the page; null where it knows no such call. */
  call(request: Request, path: string): (() => Promise<Response>) | null;
}

/** The board over these queues. */
export async function makeBoard(queues: readonly Queue[]): Promise<Board> {
  const [{ createBullBoard }, { BullMQAdapter }] = await Promise.all([
    import("@bull-board/api"),
    import("@bull-board/api/bullMQAdapter"),
  ]);
  const { adapter, given } = collect();
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue)),
    serverAdapter: adapter,
    options: {
      uiBasePath: UI,
      uiConfig: { boardTitle: "Kalends", hideDocsLink: true, showMetrics: false },
    },
  });
  const { queues: shown, uiConfig, routes, failed } = given();
  const calls = routes.flatMap(({ method, route, handler }) =>
    [route].flat().map((pattern) => ({
      methods: [method].flat().map((each) => each.toUpperCase()),
      pattern: patternOf(pattern),
      handler,
    })),
  );
  return {
    page: () => pageOf(uiConfig),
    call: (request, path) => {
      for (const { methods, pattern, handler } of calls) {
        const match = methods.includes(request.method) && pattern.exec(path);
        if (match) return () => answer(request, match.groups ?? {}, handler);
      }
      return null;
    },
  };

  async function answer(
    request: Request,
    params: Readonly<Record<string, string>>,
    handler: AppControllerRoute["handler"],
  ): Promise<Response> {
    const text = await request.text();
    const { searchParams } = new URL(request.url);
    const asked = {
      queues: shown,
      uiConfig,
      params: mapped(params, decodeURIComponent),
      query: Object.fromEntries(searchParams),
      headers: Object.fromEntries(request.headers),
    };
    try {
      return said(await handler({ ...asked, body: text === "" ? {} : JSON.parse(text) }));
    } catch (error) {
      return said(failed(error as Error));
    }
  }
}

const said = ({ status = 200, body }: ControllerHandlerReturnType): Response =>
  status === 204
    ? new Response(null, { status })
    : Response.json(body, { status, headers: { "cache-control": "no-store" } });

/** A file of the page, or null. They are the library's and nobody's secret; their names change with their contents. */
export async function boardFile(path: string): Promise<Response | null> {
  const type = TYPES[extname(path)];
  if (type === undefined || path.includes("..") || !/^[\w./-]+$/.test(path)) return null;
  const bytes = await readFile(join(UI, "dist/static", path)).catch(() => null);
  if (!bytes) return null;
  const headers = { "content-type": type, "cache-control": "public, max-age=86400" };
  return new Response(new Uint8Array(bytes), { headers });
}

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
};

const UI = dirname(createRequire(import.meta.url).resolve("@bull-board/ui/package.json"));

// What the library's page does needs styles of its own; no script but ours, nothing from elsewhere.
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

async function pageOf(uiConfig: UIConfig): Promise<Response> {
  const template = await readFile(join(UI, "dist/index.ejs"), "utf8");
  const words: Readonly<Record<string, string>> = {
    basePath: `${BASE}/`,
    title: uiConfig.boardTitle ?? "",
    favIconDefault: uiConfig.favIcon?.default ?? "",
    favIconAlternative: uiConfig.favIcon?.alternative ?? "",
    uiConfig: JSON.stringify(uiConfig).replaceAll("<", "\\u003c").replaceAll(">", "\\u003e"),
  };
  const page = template
    .replace(/<link[^>]*https:\/\/[^>]*>/g, "")
    .replace(/<%[=-] (\w+) %>/g, (_, word: string) => words[word] ?? "");
  return new Response(page, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      "cache-control": "no-store",
    },
  });
}

/** "/api/queues/:queueName" → what matches it, its words by name. */
const patternOf = (route: string): RegExp =>
  new RegExp(`^${route.replace(/:(\w+)/g, "(?<$1>[^/]+)")}/?$`);

const mapped = (record: Readonly<Record<string, string>>, by: (text: string) => string) =>
  Object.fromEntries(Object.entries(record).map(([name, text]) => [name, by(text)]));

interface Given {
  queues: BullBoardQueues;
  uiConfig: UIConfig;
  routes: AppControllerRoute[];
  failed: (error: Error) => ControllerHandlerReturnType;
}

/** Takes what the library has for a server; it tells it piece by piece. */
function collect(): { adapter: IServerAdapter; given: () => Given } {
  const all: Partial<Given> = {};
  const note = (part: Partial<Given>) => {
    Object.assign(all, part);
    return adapter;
  };
  const adapter: IServerAdapter = {
    setQueues: (queues) => note({ queues }),
    setApiRoutes: (routes) => note({ routes }),
    setUIConfig: (uiConfig) => note({ uiConfig }),
    setErrorHandler: (failed) => note({ failed }),
    setViewsPath: () => adapter,
    setStaticPath: () => adapter,
    setEntryRoute: () => adapter,
  };
  return { adapter, given: () => all as Given };
}
