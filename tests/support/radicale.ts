import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { freePort } from "./port.ts";

export interface Radicale extends AsyncDisposable {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** Makes a calendar; its URL. */
  makeCalendar(name: string, props?: string): Promise<string>;
  /** Asks as any other client of the account would. */
  ask(
    method: string,
    url: string,
    ask?: { headers?: HeadersInit; body?: string },
  ): Promise<Response>;
}

/** Debian's radicale, or null where there is none. */
export const findRadicale = (): string | null => Bun.which("radicale");

/** A CalDAV server of one's own on a free port of loopback, with one account and no calendars. */
export async function startRadicale(): Promise<Radicale> {
  const dir = mkdtempSync(join(tmpdir(), "kalends-radicale-"));
  const port = freePort();
  const account = { username: "holly@example.com", password: "an-app-password" };
  writeFileSync(join(dir, "users"), `${account.username}:${account.password}\n`);
  writeFileSync(
    join(dir, "config"),
    `[server]\nhosts = 127.0.0.1:${port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = ${join(dir, "users")}
htpasswd_encryption = plain\ndelay = 0\n[rights]\ntype = owner_only\n[storage]\nfilesystem_folder = ${join(dir, "collections")}\n`,
  );
  const child = Bun.spawn(["radicale", "--config", join(dir, "config")], {
    stdout: "ignore",
    stderr: "ignore",
  });
  const url = `http://127.0.0.1:${port}/`;
  const authorization = `Basic ${btoa(`${account.username}:${account.password}`)}`;
  const ask: Radicale["ask"] = (method, at, { headers, body } = {}) => {
    const all = new Headers(headers);
    all.set("authorization", authorization);
    return fetch(at, { method, headers: all, ...(body !== undefined && { body }) });
  };
  await eventually(async () => {
    if (!(await ask("OPTIONS", url)).ok) throw new Error("radicale is not ready");
  });
  return {
    url,
    ...account,
    ask,
    makeCalendar: async (name, props = "") => {
      const at = `${url}${account.username}/${crypto.randomUUID()}/`;
      const body = `<?xml version="1.0"?><c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>
<d:displayname>${name}</d:displayname><c:supported-calendar-component-set><c:comp name="VEVENT"/></c:supported-calendar-component-set>${props}</d:prop></d:set></c:mkcalendar>`;
      const { status } = await ask("MKCALENDAR", at, { body });
      if (status !== 201) throw new Error(`radicale answered ${status}`);
      return at;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child.exited;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
