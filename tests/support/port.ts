// Browsers go to each of these, and the system gives none of them to who asks for any (Linux: from 32768 on), such as
// another test while this one starts.
const [FIRST_PORT, PORTS] = [11_000, 20_000];

/** A port that nobody listens on, nor will unless he means this one. */
export function freePort(): number {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS);
    try {
      Bun.listen({ hostname: "127.0.0.1", port, socket: { data: () => {} } }).stop(true);
      return port;
    } catch {}
  }
}
