import { expect, test } from "bun:test";
import dashboard from "../../docs/grafana/kalends.json";
import { newId } from "../../src/db/id.ts";
import { eventually } from "../support/eventually.ts";
import { makeHost } from "../support/make.ts";
import { client, type TestWorld, testWorld } from "../support/world.ts";

const TOKEN = "a-token-for-whoever-measures";
const NAME = /\bkalends_\w+/g;

/** Every series of a histogram has its own name; the rest are called as they are typed. */
function seriesOf(text: string): Set<string> {
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    types.flatMap(([, name = "", type]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

/** All of them: the first look opens the queues, on a busy machine for longer than it waits for them. */
const metricsOf = (world: TestWorld): Promise<string> =>
  eventually(async () => {
    const { text } = await client(world)("GET", "/metrics", { token: TOKEN });
    expect(text).toContain("kalends_queues_up 1\n");
    return text;
  });

test("the dashboard asks for every metric that there is, and for no other", async () => {
  const world = await testWorld({ METRICS_TOKEN: TOKEN });
  await client(world)("GET", "/health");
  const text = await metricsOf(world);
  const asked = new Set(JSON.stringify(dashboard).match(NAME));
  expect([...asked].sort()).toEqual([...seriesOf(text)].sort());
  await world.queues.close();
});

test("it groups by labels that these metrics have", async () => {
  const world = await testWorld({ METRICS_TOKEN: TOKEN });
  const host = await makeHost(world);
  await world.db.run(
    `with promise as (
       insert into outbox (id, queue, kind, user_id, due_at) values ($1, 'emails', 'WELCOME', $2, now()) returning id
     )
     insert into deliveries (outbox_id, channel, provider, attempts, created_at)
     select id, 'email', 'mock', 1, '2026-11-22T09:59:00Z' from promise`,
    [newId(), host.id],
  );
  await client(world)("GET", "/health");
  await client(world)("GET", `/users/${host.username}`);
  const text = await metricsOf(world);
  const labelsOf = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}\\{([^}]*)\\}`, "gm"))].flatMap(([, labels = ""]) =>
      [...labels.matchAll(/(\w+)="/g)].map((label) => label[1]),
    );
  const targets = dashboard.panels.flatMap((panel) => ("targets" in panel ? panel.targets! : []));
  expect(targets.length).toBeGreaterThan(15);
  const wrong = targets.flatMap(({ expr }) => {
    const known = new Set([...(expr.match(NAME) ?? []).flatMap(labelsOf), "instance"]);
    const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) =>
      list.split(/,\s*/),
    );
    return grouped.filter((label) => !known.has(label)).map((label) => `${label} in ${expr}`);
  });
  expect(wrong).toEqual([]);
  await world.queues.close();
});
