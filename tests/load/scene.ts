// Three APIs and two workers behind PgBouncer and beside Redis, and everybody who wants something of them.
import { readWidget, WIDGET_FOLDER } from "../../src/embed/widget-build.ts";
import { type Ask, makeHosts, parsed, startGuests } from "../chaos/guests.ts";
import { PROVIDERS } from "../chaos/mail.ts";
import { sms } from "../chaos/sms.ts";
import { openStage } from "../chaos/stage.ts";
import { webhooks } from "../chaos/webhooks.ts";
import { random } from "../support/random.ts";
import { makeBalancer } from "./balancer.ts";
import { untilItHears } from "./deaf.ts";
import { startHosts } from "./hosts.ts";
import { untilReady } from "./kills.ts";
import { startListeners } from "./listeners.ts";
import { startRivals } from "./rivals.ts";
import { makeTally } from "./tally.ts";
import { startVisitors } from "./visitors.ts";

/** How each kind of request is answered where all is well. */
const RIGHT = {
  slots: [200],
  "slots again": [200, 304],
  card: [200],
  page: [200],
  widget: [200],
  // Rivals are refused.
  book: [201, 409],
  // Who was not answered asks again, and may hear that it is done.
  move: [200, 409],
  cancel: [200],
  list: [200],
  login: [200],
  logout: [200, 401],
  "signed out": [401],
  stream: [200],
};

export const METRICS_TOKEN = "the-token-of-the-load-test";
const POOLED_CONNECTIONS = 20;

export async function openScene({ seed, visitors }: { seed: number; visitors: number }) {
  const receivers = await webhooks();
  const providers = [await PROVIDERS["resend"]!(), await sms(), receivers];
  const stage = await openStage(providers, {
    apis: 3,
    workers: 2,
    pooled: POOLED_CONNECTIONS,
    env: {
      NODE_ENV: "production",
      SHUTDOWN_NOTICE_SECONDS: "0",
      METRICS_TOKEN,
      DATABASE_POOL_SIZE: "10",
      // Counted, and never reached: each client has an address of his own.
      TRUSTED_PROXIES: "127.0.0.1",
      RATE_LIMIT_PER_MINUTE: "100000",
    },
  });
  await Promise.all(stage.urls.map(untilReady)).catch(async (error: unknown) => {
    await stage.close();
    throw error;
  });
  const tally = makeTally(RIGHT);
  const balancer = makeBalancer(stage.urls, tally);
  const ask = askBy(balancer);
  const all = await makeHosts(stage, receivers, 36);
  const [wanted, fought] = [all.slice(6), all.slice(0, 6)];
  // The first stream of a process waits until that hears of changes, which it begins to do then: on a busy machine too long.
  await Promise.all(stage.urls.map((url) => untilItHears(url, wanted[0]![0]!)));
  const of = (share: number) => Math.max(1, Math.round(visitors * share));
  const guests = startGuests(wanted, of(0.2), random(seed + 1), ask);
  const listeners = startListeners(balancer, tally, all, {
    ...{ count: of(1), seed: seed + 2, pauseMs: 500 },
  });
  const crews = [
    listeners,
    startVisitors(
      balancer,
      all,
      { count: of(0.5), seed: seed + 3, pauseMs: 400 },
      { hasWidget: readWidget(WIDGET_FOLDER) !== null },
    ),
    startHosts(balancer, all, { count: of(0.2), seed: seed + 4, pauseMs: 800 }),
    startRivals(balancer, ask, fought, guests.diary, {
      ...{ count: of(0.1), seed: seed + 5, pauseMs: 1_500 },
    }),
  ];
  return {
    stage,
    providers,
    tally,
    diary: guests.diary,
    heard: listeners.heard,
    /** Of a host whom nobody books who wants to be there first. */
    offer: wanted[0]![0]!,
    /** Lets everybody finish; what went wrong with any of them. */
    stop: async (): Promise<string[]> => {
      const faults = (await Promise.all(crews.map((crew) => crew.stop()))).flat();
      const refused = await guests.stop().then(
        () => [],
        (error: unknown) => [`${error}`],
      );
      return [...faults, ...refused];
    },
  };
}

export type Scene = Awaited<ReturnType<typeof openScene>>;

/** Guests of the chaos test ask by the balancer, each request from an address of its own. */
function askBy(balancer: ReturnType<typeof makeBalancer>): Ask {
  let asked = 0;
  return async (method, path, body, headers) => {
    asked += 1;
    const kind = path.endsWith("/cancel")
      ? "cancel"
      : path.endsWith("/reschedule")
        ? "move"
        : "book";
    const { status, text } = await balancer.once({
      ...{ kind, method, body, headers },
      path: `/api/v1${path}`,
      from: `10.1.${(asked >> 8) & 255}.${asked & 255}`,
    });
    return { status, body: status === 0 ? {} : parsed(text) };
  };
}
