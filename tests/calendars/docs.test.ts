// docs/calendars.md names what there is.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { ASKED } from "../../src/calendars/oauth-settings.ts";
import { client, testWorld } from "../support/world.ts";

const text = await Bun.file(join(import.meta.dir, "../../docs/calendars.md")).text();

test("every route that it names is one of the API", async () => {
  const world = await testWorld();
  const { body } = await client(world)("GET", "/swagger/json");
  const known = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  const named = [...text.matchAll(/`(GET|POST|PATCH|DELETE) (\/api\/v1\/[^`?]+)/g)].map(
    ([, method, path]) => `${method!.toLowerCase()} ${path!.replace(/:(\w+)/g, "{$1}")}`,
  );
  expect(named.length).toBeGreaterThan(7);
  expect(named.filter((each) => !known.includes(each))).toEqual([]);
});

test("the scopes and permissions that are asked for are all there", () => {
  for (const { scopes } of Object.values(ASKED))
    for (const scope of scopes) expect(text).toContain(`\`${scope}\``);
});

test("every setting that it names is explained in the README", async () => {
  const readme = await Bun.file(join(import.meta.dir, "../../README.md")).text();
  const settings = [...text.matchAll(/`([A-Z]+_[A-Z_]+)(?:`|\/)/g)].map(([, name]) => name!);
  expect(settings.length).toBeGreaterThan(10);
  for (const name of settings) expect(readme).toContain(`\`${name}\``);
});
