import { expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWork } from "../../worker/work.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/port.ts";
import { findRedis } from "../support/redis.ts";
import { onPostgres } from "./support/backends.ts";
import { openHouse } from "./support/house.ts";
import { connections } from "./support/process.ts";
import { mailed } from "./support/settled.ts";

test("what no transaction pooler can carry goes to DATABASE_DIRECT_URL", async () => {
  await using house = await openHouse(onPostgres);
  const direct = new URL(house.url);
  direct.searchParams.set("application_name", "direct");
  const config = { ...house.world.config, DATABASE_DIRECT_URL: direct.href };
  const work = startWork({ ...house.world, config });
  await work.ready();
  await house.promise({});
  await mailed(house, 1);
  const names = await connections(house);
  expect(names).toContain("direct");
  expect(names).not.toContain("kalends listener");
  expect(names).not.toContain("kalends queue");
  await work.stop();
  await eventually(async () => expect(await connections(house)).not.toContain("direct"));
});

const openssl = Bun.which("openssl");
const tlsTest = findRedis() && openssl ? test : test.skip;
const why = tlsTest === test ? "" : ": skipped, no redis-server or no openssl on the PATH";

tlsTest(`rediss:// is TLS, verified unless REDIS_TLS_INSECURE is set${why}`, async () => {
  const dir = mkdtempSync(join(tmpdir(), "kalends-tls-"));
  const [key, cert] = [join(dir, "key.pem"), join(dir, "cert.pem")];
  const made = spawnSync(`${openssl}`, [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1"],
    ...["-keyout", key, "-out", cert],
  ]);
  expect(made.status).toBe(0);
  const port = freePort();
  const redis = Bun.spawn(
    [
      ...["redis-server", "--port", "0", "--tls-port", `${port}`, "--bind", "127.0.0.1"],
      ...["--save", "", "--dir", dir, "--tls-auth-clients", "no"],
      ...["--tls-key-file", key, "--tls-cert-file", cert, "--tls-ca-cert-file", cert],
      ...["--loglevel", "verbose"],
    ],
    { stdout: "pipe" },
  );
  let said = "";
  const listening = (async () => {
    for await (const chunk of redis.stdout) said += Buffer.from(chunk).toString();
  })();
  try {
    const REDIS_URL = `rediss://127.0.0.1:${port}`;
    await using house = await openHouse({ ...onPostgres, env: () => ({ REDIS_URL }) });
    const { config } = house.world;
    const strict = startWork(house.world);
    await house.promise({});
    let isTrusted = false;
    void strict.ready().then(() => {
      isTrusted = true;
    });
    // Redis is there and tells of a client that broke off: no silence that may have another reason.
    await eventually(() => expect(said).toContain("Error accepting a client connection"));
    expect(isTrusted).toBe(false);
    await strict.stop();
    expect((await house.promises())[0]).toMatchObject({ attempts: 0, outcome: null });

    const lax = startWork({ ...house.world, config: { ...config, REDIS_TLS_INSECURE: true } });
    await lax.ready();
    await mailed(house, 1);
    await lax.stop();
  } finally {
    redis.kill("SIGKILL");
    await redis.exited;
    await listening;
    rmSync(dir, { recursive: true, force: true });
  }
});
