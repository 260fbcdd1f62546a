// The document at /swagger/json: valid, whole, and true of the app that serves it.
import { beforeAll, describe, expect, test } from "bun:test";
import { validate } from "@scalar/openapi-parser";
import { Value } from "@sinclair/typebox/value";
import { type App, createApp } from "../../src/app.ts";
import { type Api, client, testWorld } from "../support/world.ts";
import { looseObjects, type Operation, operationsOf, type Schema } from "./operations.ts";

let api: Api;
let app: App;
// biome-ignore lint/suspicious/noExplicitAny: a document of any shape is what is looked at
let document: any;
let operations: Operation[];

beforeAll(async () => {
  const world = await testWorld();
  app = createApp(world);
  api = client(world);
  document = (await api("GET", "/swagger/json")).body;
  operations = operationsOf(document);
});

/** What each operation lacks, as "POST /path: what to do". */
const lacking = (what: string, isFine: (operation: Operation) => boolean): string[] =>
  operations.filter((each) => !isFine(each)).map(({ name }) => `${name}: ${what}`);

test("is valid OpenAPI 3.1", async () => {
  const { valid, errors } = await validate(document);
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(document.openapi).toStartWith("3.1");
});

test("a document that is not valid is seen", async () => {
  const broken = structuredClone(document);
  broken.paths["/api/v1/auth/login"].post.responses["200"].content = { type: "null" };
  expect((await validate(broken)).valid).toBe(false);
});

test("shows the API, its health and metrics, and no page", () => {
  const paths = Object.keys(document.paths);
  expect(paths).toContain("/api/v1/auth/login");
  expect(paths.filter((path) => !/^\/(api\/v1|health|metrics)(\/|$)/.test(path))).toEqual([]);
});

test("shows every route of the API", () => {
  const routes = app.routes
    .filter(({ path, method }) => /^\/(api\/v1|health|metrics)/.test(path) && method !== "OPTIONS")
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  expect(operations.map(({ name }) => name).toSorted()).toEqual(routes.toSorted());
});

describe("every operation", () => {
  test("has a summary and a tag", () => {
    expect(
      lacking(
        "add detail.summary and detail.tags",
        ({ summary, tags }) => Boolean(summary) && Number(tags?.length) > 0,
      ),
    ).toEqual([]);
  });

  test("has an id of its own", () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("says how it succeeds and how it may refuse, as a problem document", () => {
    const isApi = ({ path }: Operation) => path.startsWith("/api/");
    expect(
      lacking("give response: answers({ 200: … }, …)", (operation) => {
        const statuses = Object.keys(operation.responses ?? {});
        const refusals = statuses.filter((status) => status >= "400");
        return (
          !isApi(operation) ||
          (statuses.some((status) => status < "400") &&
            refusals.length > 0 &&
            refusals.every((status) => {
              const { $ref, content } = operation.responses?.[status] ?? {};
              const shared = document.components.responses[$ref?.split("/").at(-1) ?? ""];
              return (shared?.content ?? content)?.["application/problem+json"];
            }))
        );
      }),
    ).toEqual([]);
  });

  test("takes JSON only, but what Twilio has to say", () => {
    const types = operations
      .filter(({ path }) => path !== "/api/v1/callbacks/twilio")
      .flatMap(({ requestBody }) => Object.keys(requestBody?.content ?? {}));
    expect([...new Set(types)]).toEqual(["application/json"]);
  });

  test("shows a body by an example that its own schema takes", () => {
    const withBody = app.routes.filter(
      ({ path, hooks }) => path.startsWith("/api/") && hooks?.body,
    );
    const wrong = withBody.flatMap(({ method, path, hooks }) => {
      const name = `${method} ${path.replace(/:(\w+)/g, "{$1}")}`;
      const media = operations.find((each) => each.name === name)?.requestBody?.content;
      const { schema, example } = media?.["application/json"] ?? {};
      const isShown = schema !== undefined && Object.keys(schema).length > 0;
      const isTaken = example !== undefined && Value.Check(hooks.body, example);
      return isShown && isTaken ? [] : [`${name}: ${JSON.stringify(example)}; give examples`];
    });
    expect(withBody.length).toBeGreaterThan(4);
    expect(wrong).toEqual([]);
  });

  test("refuses what it does not know, at every depth of its body", () => {
    const loose = app.routes
      .filter(({ path, hooks }) => path.startsWith("/api/") && hooks?.body)
      .flatMap(({ method, path, hooks }) =>
        looseObjects(hooks.body as Schema).map(
          (at) => `${method} ${path} body${at}: use Body(), or additionalProperties: false`,
        ),
      );
    expect(loose).toEqual([]);
  });
});

test("security is true: with it a stranger gets 401, without it not", async () => {
  const wrong: string[] = [];
  for (const { name, method, path, security = [] } of operations) {
    // Where the guest's link or nothing at all may do, the route itself decides.
    const schemes = security.flatMap((each) => Object.keys(each));
    if (schemes.includes("guest") || security.some((each) => Object.keys(each).length === 0))
      continue;
    const concrete = path.replaceAll(/\{\w+\}/g, "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e");
    const hasBody = method === "post" || method === "patch";
    const { status } = await api(method.toUpperCase(), concrete, hasBody ? { body: {} } : {});
    const isClosed = schemes.includes("bearer") || schemes.includes("signature");
    if ((status === 401) !== isClosed) wrong.push(`${name}: ${status}`);
  }
  expect(wrong).toEqual([]);
});

test("the example of POST /auth/register registers", async () => {
  const { content } = document.paths["/api/v1/auth/register"].post.requestBody;
  const { example } = content["application/json"];
  expect((await api("POST", "/auth/register", { body: example })).status).toBe(201);
});

describe("looseObjects()", () => {
  const strict = { type: "object", properties: {}, additionalProperties: false } as const;
  test("finds the object of an array of a union", () => {
    const loose = { type: "object", properties: { a: { type: "string" } } };
    const body = { ...strict, properties: { a: { anyOf: [{ type: "array", items: loose }] } } };
    expect(looseObjects(body)).toEqual([".a[]"]);
  });
  test("finds a record whose other keys would pass", () => {
    const record = { type: "object", patternProperties: { "^a$": { type: "string" } } };
    expect(looseObjects({ ...strict, properties: { r: record } })).toEqual([".r"]);
  });
});
