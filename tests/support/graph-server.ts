// HTTP on loopback whose connections can be cut.
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Serves what `answer` says, or cuts the connection: at once, or in the middle of an answer. */
export async function listen(
  answer: (asked: Asked) => Promise<Response | "cut" | "half">,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { method = "", url: path = "", headers } = request;
    const said = await answer({ method, path, headers, text });
    if (said === "half") {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      await new Promise((resolve) => response.write('{"value":[', resolve));
    }
    if (said === "cut" || said === "half") {
      request.socket.destroy();
      return;
    }
    response.writeHead(said.status, Object.fromEntries(said.headers));
    for await (const chunk of said.body ?? []) {
      if (response.destroyed) break;
      response.write(chunk);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
