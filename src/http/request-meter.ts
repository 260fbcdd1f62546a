/** What is counted of the requests of this process: by the template of a route, never by what stood in a path. */
export interface RequestMeter {
  /** Counts an answer. Without a route, whatever was asked for, it is one of `none`. */
  note(answered: {
    readonly method: string;
    readonly route: string | null;
    readonly status: number;
    readonly seconds: number;
  }): void;
  /** The figures in the text format of Prometheus. */
  text(): Promise<string>;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]);
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counts in memory: so many series as there are routes, however many paths are asked for. The library comes while the
 * process starts, which does not wait for it.
 */
export function makeRequestMeter(): RequestMeter {
  const counting = import("prom-client").then(makeCounters);
  return {
    note: (answered) => {
      void counting.then(({ note }) => note(answered));
    },
    text: async () => (await counting).text(),
  };
}

function makeCounters({
  Counter,
  Histogram,
  Registry,
}: typeof import("prom-client")): RequestMeter {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "kalends_http_requests_total",
    help: "Requests that this process answered, by route, method and class of status",
    labelNames: ["route", "method", "status"],
    registers,
  });
  const seconds = new Histogram({
    name: "kalends_http_request_seconds",
    help: "How long it took to the head of the answer, by route",
    labelNames: ["route"],
    buckets: BUCKETS_SECONDS,
    registers,
  });
  return {
    note: ({ method, route, status, seconds: took }) => {
      const labels = { route: route ?? "none" };
      const known = METHODS.has(method) ? method : "other";
      requests.inc({ ...labels, method: known, status: `${Math.floor(status / 100)}xx` });
      seconds.observe(labels, took);
    },
    text: () => registry.metrics(),
  };
}

/** For a process whose figures nobody reads. */
export const countsNothing: RequestMeter = { note: () => {}, text: async () => "" };
