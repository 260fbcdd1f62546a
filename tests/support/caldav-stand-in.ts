// A CalDAV server on loopback that does what a real one only does on bad days.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** An answer: a multistatus as XML, or any other. */
export type Told =
  | string
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | ((response: ServerResponse) => void);

export interface CaldavStandIn extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly asked: Asked[];
}

/** Serves what `tell` says; where it says nothing, 404. */
export async function openCaldav(tell: (asked: Asked) => Told | undefined): Promise<CaldavStandIn> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", url = "", headers } = request;
    const one = { method, path: url, headers, body };
    asked.push(one);
    const told = tell(one) ?? { status: 404 };
    if (typeof told === "function") told(response);
    else if (typeof told === "string")
      response.writeHead(207, { "content-type": "application/xml; charset=utf-8" }).end(told);
    else response.writeHead(told.status, told.headers).end(told.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const multistatus = (...inner: string[]): string =>
  `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/">${inner.join("")}</d:multistatus>`;

/** A response with properties that were found. */
export const found = (href: string, props: string): string =>
  `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${props}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;

/** A response that is a status alone. */
export const status = (href: string, line: string): string =>
  `<d:response><d:href>${href}</d:href><d:status>HTTP/1.1 ${line}</d:status></d:response>`;
