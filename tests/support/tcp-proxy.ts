import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Stands between the program and its database, and does to their connections what networks do. */
export interface TcpProxy {
  /** The URL by way of this proxy. */
  readonly url: string;
  /** Connections stay open and nothing passes any more; new ones work. */
  freezeThoseOpen(): void;
  /** As freezeThoseOpen, and new ones are taken but never answered. */
  freeze(): void;
  /** Every connection breaks. */
  cut(): void;
  /** Nobody is let in. */
  refuse(): Promise<void>;
  /** Nobody new is let in; those that are open stay. */
  refuseNew(): void;
  /** New connections are taken at once and wait so long before anything passes; 0: not at all. */
  slow(ms: number): void;
  /** Everything works again, for new connections. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

export async function tcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  let isFrozen = false;
  let slowMs = 0;
  const pairs = new Set<{ near: Socket; far: Socket | null }>();
  const server = createServer(async (near) => {
    if (slowMs > 0) {
      near.on("error", () => {});
      await new Promise((resolve) => setTimeout(resolve, slowMs));
      if (near.destroyed) return;
    }
    if (isFrozen) {
      pairs.add({ near, far: null });
      near.on("error", () => {});
      return;
    }
    const far = connect(Number(port), hostname);
    pairs.add({ near, far });
    near.on("error", () => far.destroy()).on("close", () => far.destroy());
    far.on("error", () => near.destroy()).on("close", () => near.destroy());
    near.pipe(far).pipe(near);
  });
  const listen = (on: number) =>
    new Promise<void>((resolve) => server.listen(on, "127.0.0.1", () => resolve()));
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(own);

  const freezeThoseOpen = () => {
    for (const { near, far } of pairs) {
      near.unpipe();
      far?.unpipe();
      near.pause();
      far?.pause();
    }
  };
  const cut = () => {
    for (const { near, far } of pairs) {
      near.destroy();
      far?.destroy();
    }
    pairs.clear();
  };
  return {
    url: url.href,
    freezeThoseOpen,
    freeze: () => {
      isFrozen = true;
      freezeThoseOpen();
    },
    slow: (ms) => {
      slowMs = ms;
    },
    refuseNew: () => {
      server.close();
    },
    cut,
    refuse: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      await closed;
    },
    heal: async () => {
      isFrozen = false;
      if (!server.listening) await listen(own);
    },
    close: async () => {
      cut();
      if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
