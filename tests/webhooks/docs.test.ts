// The snippets of docs/webhooks.md, run as they stand there.
import { expect, test } from "bun:test";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newSecret, signatures } from "../../src/webhooks/secret.ts";

const ROOT = join(import.meta.dir, "../..");

async function snippets() {
  const text = await Bun.file(join(ROOT, "docs/webhooks.md")).text();
  const folder = await mkdtemp(join(tmpdir(), "kalends-docs-"));
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const blocks = [...text.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code ?? "");
  const modules = [];
  for (const [i, code] of blocks.entries()) {
    const path = join(folder, `${i}.js`);
    await Bun.write(path, code);
    modules.push(await import(path));
  }
  await rm(folder, { recursive: true });
  return Object.assign({}, ...modules);
}

test("take what we sign, also in the middle of a rotation, and nothing else", async () => {
  const { receive, isGenuine } = await snippets();
  const [secret, next] = [newSecret(), newSecret()];
  const body = JSON.stringify({ type: "webhook.ping", data: { version: 1 } });
  const now = Math.floor(performance.timeOrigin / 1000 + performance.now() / 1000);
  const headersFor = (secrets: string[], timestamp = now) =>
    new Headers({
      "webhook-id": "a",
      "webhook-timestamp": `${timestamp}`,
      "webhook-signature": signatures(secrets, { id: "a", timestamp, body }),
    });
  const ask = async (headers: Headers, by: string, sent = body) => {
    const request = new Request("http://x/", { method: "POST", headers, body: sent });
    const { status } = await receive(request, by);
    expect(isGenuine(by, headers, sent, now)).toBe(status === 204);
    return status;
  };
  expect(await ask(headersFor([secret]), secret)).toBe(204);
  expect(await ask(headersFor([next, secret]), secret)).toBe(204);
  expect(await ask(headersFor([next, secret]), next)).toBe(204);
  expect(await ask(headersFor([next]), secret)).toBe(400);
  expect(await ask(headersFor([secret]), secret, `${body} `)).toBe(400);
  expect(await ask(headersFor([secret], now - 600), secret)).toBe(400);
  expect(await ask(new Headers(), secret)).toBe(400);
});
