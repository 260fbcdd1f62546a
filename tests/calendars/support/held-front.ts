// A door before a server behind which answers can be held back: what was asked for has been done, and nobody hears of it.
export interface HeldFront extends AsyncDisposable {
  readonly url: string;
  /** From now on the first answer to such a request is held back; settles once there is one. */
  hold(is: (method: string, path: string) => boolean): Promise<void>;
}

export function openFront(target: string): HeldFront {
  let waits: { is: (method: string, path: string) => boolean; done: () => void } | null = null;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 60,
    fetch: async (request) => {
      const { method } = request;
      const { pathname, search } = new URL(request.url);
      const headers = new Headers(request.headers);
      headers.set("accept-encoding", "identity");
      const body = await request.arrayBuffer();
      const answer = await fetch(new URL(`${pathname}${search}`, target), {
        method,
        headers,
        redirect: "manual",
        ...(body.byteLength > 0 && { body }),
      });
      const text = await answer.arrayBuffer();
      if (waits?.is(method, pathname)) {
        waits.done();
        waits = null;
        await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
      }
      const { status } = answer;
      const isEmpty = status === 204 || status === 304;
      return new Response(isEmpty ? null : text, { status, headers: answer.headers });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/`,
    hold: (is) =>
      new Promise((done) => {
        waits = { is, done };
      }),
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}
