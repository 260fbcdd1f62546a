// Thousands of requests by the OpenAPI document, as everybody: whatever is asked, the answer is one that the document
// tells of, never a 5xx, and comes. What fails names itself; alone it is asked again by
// FUZZ_SEED=1 FUZZ_ONLY="POST /api/v1/bookings#17" bun test tests/fuzz
import { describe, expect, test } from "bun:test";
import { buildWidget } from "../../scripts/widget/build.ts";
import { parseConfig } from "../../src/config.ts";
import { makeLogger } from "../../src/world.ts";
import { MATRIX, OF_DEVELOPMENT, OF_NOTHING } from "../authorization/matrix.ts";
import { makeStage } from "../authorization/support/stage.ts";
import type { Send } from "../support/http.ts";
import { hashCheaply } from "../support/passwords.ts";
import { random } from "../support/random.ts";
import { type Answer, makeJudge } from "./support/judge.ts";
import { makeBefore, makePageRequest, makeRequest, type Request } from "./support/requests.ts";

const SEED = Number(process.env["FUZZ_SEED"] ?? 1);
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 25);
const [ONLY, ONLY_RUN] = (process.env["FUZZ_ONLY"] ?? "").split("#");
/** Far beyond what the database may take, on whatever machine. */
const HANGS_MS = 60_000;

hashCheaply();
const heard: string[] = [];
const listening = { write: (line: string) => void heard.push(line) };
const stage = await makeStage({
  widget: await buildWidget(),
  log: makeLogger(
    parseConfig({
      NODE_ENV: "test",
      DATABASE_URL: "postgres://nowhere/",
      JWT_SECRET: "a secret for tests that is long enough",
      LOG_LEVEL: "error",
    }),
    listening,
  ),
});
const document = await stage.undone(async (send) => (await send("/swagger/json")).json());
const judge = makeJudge(document);

/** Of each run its own, so that it can be run alone. */
const nextOf = (name: string, run: number) => random(Bun.hash.crc32(`${SEED} ${name} ${run}`));

async function answerOf(send: Send, { method, path, headers, body }: Request): Promise<Answer> {
  const response = await send(path, { method, headers, ...(body !== null && { body }) });
  const contentType = response.headers.get("content-type");
  const isStream = contentType?.startsWith("text/event-stream") && method !== "HEAD";
  if (isStream) await response.body?.cancel();
  return { status: response.status, contentType, text: isStream ? null : await response.text() };
}

const HUNG: Answer = { status: 599, contentType: null, text: "It hangs." };

const inTime = (send: Send, request: Request): Promise<Answer> => {
  const late = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => late.resolve(HUNG), HANGS_MS);
  return Promise.race([answerOf(send, request), late.promise]).finally(() => clearTimeout(timer));
};

/** What is answered, after what was asked before; both forgotten. */
async function asked(request: Request, before: Request | null): Promise<Answer> {
  const both = async (send: Send) => {
    if (before) await inTime(send, before);
    return inTime(send, request);
  };
  heard.length = 0;
  const answer = await stage.undone(both);
  // Within a transaction nothing works after a constraint has struck: who goes on from there is asked for good, alone.
  if (!heard.some((line) => line.includes("25P02"))) return answer;
  heard.length = 0;
  return inTime(stage.send, request);
}

async function faultsOf(
  name: string,
  make: (next: () => number) => Request,
  faultIn: (request: Request, answer: Answer) => string | null,
): Promise<string[]> {
  const faults: string[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    if (ONLY_RUN !== undefined && run !== Number(ONLY_RUN)) continue;
    const next = nextOf(name, run);
    const before = makeBefore(stage, next);
    const request = make(next);
    const answer = await asked(request, before);
    const fault = faultIn(request, answer);
    if (fault !== null) faults.push(told(`${name}#${run}`, before, request, answer, fault));
  }
  return faults;
}

const shown = ({ actor, method, path, headers, body }: Request) =>
  `${actor}: ${method} ${path.slice(0, 300)} ${JSON.stringify(headers).slice(0, 300)} ${body?.slice(0, 800)}`;

const told = (
  which: string,
  before: Request | null,
  request: Request,
  { status, text }: Answer,
  fault: string,
) =>
  [
    `${which}: ${status} ${fault}`,
    ...(before ? [`after ${shown(before)}`] : []),
    shown(request),
    `→ ${text?.slice(0, 400)}`,
    ...heard.slice(0, 1),
  ].join("\n  ");

const wanted = <T extends { name: string }>(all: readonly T[]): T[] =>
  all.filter(({ name }) => !ONLY || name === ONLY);

describe("answers as the document says, whatever is asked:", () => {
  test.each(wanted(stage.operations).map((each) => [each.name, each] as const))(
    "%s",
    async (name, operation) => {
      const make = (next: () => number) => makeRequest(stage, operation, next);
      const faults = await faultsOf(name, make, (request, answer) =>
        judge(operation, request, answer),
      );
      expect(faults).toEqual([]);
    },
    600_000,
  );
});

const pages = Object.keys(MATRIX)
  .filter((name) => !/ \/(api|health|metrics)/.test(name))
  .filter((name) => !OF_NOTHING.test(name) && !OF_DEVELOPMENT.test(name))
  .map((name) => ({ name }));

describe("gives a page, whatever is asked:", () => {
  test.each(wanted(pages).map(({ name }) => [name]))(
    "%s",
    async (name) => {
      const make = (next: () => number) => makePageRequest(stage, name, next);
      const faults = await faultsOf(name, make, (_request, { status }) =>
        status >= 500 ? "is our fault" : null,
      );
      expect(faults).toEqual([]);
    },
    600_000,
  );
});

describe("the judge sees", () => {
  const operation = stage.operations.find(({ name }) => name === "POST /api/v1/schedules")!;
  const good = { name: "Mine" };
  const request = (json: object, path = operation.path): Request => ({
    ...{ method: "POST", path, headers: {}, body: JSON.stringify(json), json, actor: "owner" },
  });
  const judged = (status: number, body: object | string, asked = request(good), type?: string) =>
    judge(operation, asked, {
      status,
      contentType: type ?? (status < 400 ? "application/json" : "application/problem+json"),
      text: typeof body === "string" ? body : JSON.stringify(body),
    });
  const problem = (code: string, status: number) => ({
    ...{ type: `/problems/${code}`, title: "t", status, detail: "d", instance: "/", code },
    ...{ error: "d", requestId: "1" },
  });

  test("nothing wrong with what is right", () => {
    expect(judged(422, problem("invalid", 422))).toBeNull();
    expect(judged(413, problem("too_large", 413))).toBeNull();
  });
  test.each<[string, string | null]>([
    ["is our fault", judged(500, problem("internal", 500))],
    ["is not documented", judged(418, problem("invalid", 418))],
    [
      "shows our inside",
      judged(422, { ...problem("invalid", 422), detail: "at run (src/a.ts:1)" }),
    ],
    ["is text/html", judged(422, "<p>", request(good), "text/html")],
    ["breaks its schema", judged(201, { id: 1 })],
    ["breaks its schema", judged(422, { ...problem("invalid", 422), requestId: 1 })],
    ["breaks its schema", judged(413, problem("invalid", 413))],
  ])("%s", (fault, said) => {
    expect(said).toContain(fault);
  });
  test("what was taken and should not have been", async () => {
    const made = await stage.undone(async (send) => {
      const asked = request(good);
      const bearer = stage.cast.proofs.owner.bearer;
      const headers = { "content-type": "application/json", authorization: `Bearer ${bearer}` };
      return (await send(asked.path, { method: "POST", headers, body: asked.body })).json();
    });
    expect(judged(201, made)).toBeNull();
    expect(judged(201, made, request({ name: 5 }))).toContain("took what it should not");
    expect(judged(201, made, request({ ...good, more: 1 }))).toContain("took what it should not");
  });
});

test("the same seed asks the same", () => {
  const operation = stage.operations[0]!;
  const ask = () => makeRequest(stage, operation, nextOf(operation.name, 3));
  expect(ask()).toEqual(ask());
});
