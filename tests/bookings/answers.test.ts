// Questions of a meeting type, and what guests answer.
import { describe, expect, test } from "bun:test";
import { type Question, readAnswers } from "../../src/bookings/answers.ts";
import { book } from "../support/make.ts";
import { client, testWorld } from "../support/world.ts";
import { asking, asks } from "./support/asking.ts";
import { guestOf } from "./support/guest.ts";
import { icsOf, mailsOf } from "./support/mails.ts";

const question = (given: Partial<Question> & Pick<Question, "type">): Question => ({
  id: "q",
  label: "A question",
  ...given,
});
const OPTIONS = ["Sales", "Help", "Other"];
const choice = { options: OPTIONS };

describe("readAnswers() keeps", () => {
  const kept: [Partial<Question> & Pick<Question, "type">, unknown, unknown][] = [
    [{ type: "text" }, " ACME ", "ACME"],
    [{ type: "text", maxLength: 3 }, "abc", "abc"],
    [{ type: "longText" }, "one\ntwo", "one\ntwo"],
    [{ type: "phone" }, "+1 (202) 555-01.23", "+12025550123"],
    [{ type: "email" }, "Grace@Example.com", "Grace@Example.com"],
    [{ type: "url" }, "HTTPS://example.com/a?b=c", "HTTPS://example.com/a?b=c"],
    [{ type: "number" }, -1.5, -1.5],
    [{ type: "number" }, 0, 0],
    [{ type: "select", ...choice }, "Help", "Help"],
    [{ type: "multiSelect", ...choice }, ["Other", "Sales", "Other"], ["Sales", "Other"]],
    [{ type: "checkbox" }, false, false],
    [{ type: "checkbox", required: true }, true, true],
    [{ type: "date" }, "2028-02-29", "2028-02-29"],
  ];
  test.each(kept)("%j: %j", (given, answer, value) => {
    const { answers, errors } = readAnswers([question(given)], { q: answer });
    expect(errors).toEqual([]);
    expect(answers).toEqual([{ id: "q", label: "A question", value: value as string }]);
  });
});

describe("readAnswers() refuses", () => {
  const refused: [Partial<Question> & Pick<Question, "type">, unknown, string][] = [
    [{ type: "text" }, "a\nb", "must be one line of at most 500 characters"],
    [{ type: "text" }, "x".repeat(501), "must be one line of at most 500 characters"],
    [{ type: "text", maxLength: 3 }, "abcd", "must be one line of at most 3 characters"],
    [{ type: "text" }, 5, "must be one line of at most 500 characters"],
    [{ type: "longText" }, "x".repeat(5001), "must be text of at most 5000 characters"],
    [{ type: "longText", maxLength: 9 }, "a\u0000b", "must be text of at most 9 characters"],
    [{ type: "phone" }, "030 123456", "must be a phone number with its country code, such as"],
    [{ type: "phone" }, 12025550123, "must be a phone number with its country code, such as"],
    [{ type: "email" }, "grace", "must be a mail address"],
    [{ type: "url" }, "javascript:alert(1)", "must be a web address such as"],
    [{ type: "url" }, "https://a b.example", "must be a web address such as"],
    [{ type: "url" }, "https://[", "must be a web address such as"],
    [{ type: "url" }, `https://example.com/${"x".repeat(2000)}`, "must be a web address such as"],
    [{ type: "number" }, "5", "must be a number"],
    [{ type: "number" }, 1e16, "must be a number"],
    [{ type: "select", ...choice }, "help", "must be one of Sales, Help, Other"],
    [{ type: "select", ...choice }, ["Help"], "must be one of Sales, Help, Other"],
    [{ type: "multiSelect", ...choice }, "Help", "must be a list of some of Sales, Help, Other"],
    [{ type: "multiSelect", ...choice }, ["Help", "No"], "must be a list of some of Sales"],
    [{ type: "checkbox" }, "yes", "must be true or false"],
    [{ type: "checkbox", required: true }, false, "must be ticked"],
    [{ type: "date" }, "2026-02-30", "must be a date such as 2026-12-01"],
    [{ type: "date" }, "2026-12-01T10:00:00Z", "must be a date such as 2026-12-01"],
    ...[undefined, null, "", "  ", []].map(
      (blank): [Partial<Question> & Pick<Question, "type">, unknown, string] => [
        { type: "text", required: true },
        blank,
        "is missing",
      ],
    ),
  ];
  for (const [given, answer, says] of refused)
    test(`${JSON.stringify(given)}: ${JSON.stringify(answer)?.slice(0, 40)}`, () => {
      const { answers, errors } = readAnswers([question(given)], { q: answer });
      expect(answers).toEqual([]);
      expect(errors).toMatchObject([{ path: "answers.q" }]);
      expect(errors[0]?.message).toStartWith(says);
    });

  test("what nobody asked, and tells every error at once", () => {
    const questions = [
      question({ type: "text", required: true }),
      question({ id: "n", type: "number" }),
    ];
    const given = JSON.parse('{ "n": "many", "x": 1, "__proto__": "y" }');
    expect(readAnswers(questions, given).errors).toEqual([
      { path: "answers.q", message: "is missing" },
      { path: "answers.n", message: "must be a number" },
      { path: "answers.x", message: "is not asked" },
      { path: "answers.__proto__", message: "is not asked" },
    ]);
  });

  test("with the first of many options only", () => {
    const options = Array.from({ length: 50 }, (_, i) => `Option ${i}`);
    const { errors } = readAnswers([question({ type: "select", options })], { q: "none" });
    expect(errors[0]?.message).toEndWith("Option 8, Option 9, …");
  });
});

test("readAnswers() leaves out what is blank, and takes an id of any name", () => {
  const questions = [question({ type: "text" }), question({ id: "__proto__", type: "text" })];
  const given = JSON.parse('{ "q": " ", "__proto__": "here" }');
  expect(readAnswers(questions, given)).toEqual({
    answers: [{ id: "__proto__", label: "A question", value: "here" }],
    errors: [],
  });
});

const world = await testWorld();
const api = client(world);
const AT = "2026-11-23T09:00:00Z";
const QUESTIONS: Question[] = [
  { id: "topic", label: "About what?", type: "multiSelect", options: OPTIONS, required: true },
  { id: "company", label: "Your company", type: "text" },
  { id: "terms", label: "I have read the terms", type: "checkbox" },
];
const ANSWERS = { company: "Analytical Engines", terms: true, topic: ["Other", "Sales"] };
const SHOWN = [
  { id: "topic", label: "About what?", value: ["Sales", "Other"] },
  { id: "company", label: "Your company", value: "Analytical Engines" },
  { id: "terms", label: "I have read the terms", value: true },
];

test("answers are kept with the questions as they were asked, for the host and for their guest", async () => {
  const { host, type } = await asking(world, { questions: QUESTIONS });
  const made = await book(api, type, AT, { answers: ANSWERS });
  expect([made.status, made.body.booking.answers]).toEqual([201, SHOWN]);
  await asks(world, type, { questions: [{ id: "company", label: "Employer", type: "number" }] });
  const { token } = host;
  const asHost = await api("GET", `/bookings/${made.body.booking.id}`, { token });
  expect(asHost.body.answers).toEqual(SHOWN);
  expect((await guestOf(api, made).get()).body.answers).toEqual(SHOWN);
  const listed = await api("GET", "/bookings", { token });
  expect(listed.body.data[0].answers).toEqual(SHOWN);
});

test("wrong answers are 422 with the path of each, and book nothing", async () => {
  const { host, type } = await asking(world, { questions: QUESTIONS });
  const refused = await book(api, type, AT, { answers: { company: 5, colour: "red" } });
  expect([refused.status, refused.body.code]).toEqual([422, "invalid"]);
  expect(refused.body.errors).toEqual([
    { path: "answers.topic", message: "is missing" },
    { path: "answers.company", message: "must be one line of at most 500 characters" },
    { path: "answers.colour", message: "is not asked" },
  ]);
  expect((await book(api, type, AT)).status).toBe(422);
  expect((await api("GET", "/bookings", { token: host.token })).body.data).toEqual([]);
  const odd = await book(api, type, AT, { answers: { "not an id": 1 } });
  expect([odd.status, odd.body.code]).toEqual([422, "invalid"]);
});

test("the same key with other answers is another request", async () => {
  const { type } = await asking(world, { questions: QUESTIONS });
  const headers = { "idempotency-key": "answers" };
  const first = await book(api, type, AT, { headers, answers: ANSWERS });
  const again = await book(api, type, AT, { headers, answers: ANSWERS });
  expect([again.status, again.body]).toEqual([201, first.body]);
  const other = await book(api, type, AT, { headers, answers: { topic: ["Help"] } });
  expect([other.status, other.body.code]).toEqual([422, "idempotency_mismatch"]);
});

test("the host reads the answers in his mail and calendar; the guest's mail has none of them", async () => {
  const { host, type } = await asking(world, { questions: QUESTIONS });
  const made = await book(api, type, AT, { answers: { ...ANSWERS, company: "<b>Evil</b>" } });
  const mails = await mailsOf(world, made.body.booking.id);
  const toHost = mails.get(host.email);
  expect(toHost?.text).toContain(
    "About what?: Sales\n  Other\nYour company: <b>Evil</b>\nI have read the terms: Yes",
  );
  expect(toHost?.html).toContain("&lt;b&gt;Evil&lt;/b&gt;");
  expect(icsOf(toHost)).toContain("About what?: Sales\\, Other\\nYour company: <b>Evil</b>");
  const toGuest = mails.get("grace@example.com");
  expect(toGuest?.text).not.toContain("Evil");
  expect(icsOf(toGuest)).not.toContain("Evil");
  expect(toGuest?.text).toContain("Your booking is confirmed");
});

test("where the guest came from is for the host alone", async () => {
  const { host, type } = await asking(world, {});
  const tracking = { utm_source: "newsletter", referrer: "https://example.com/pricing" };
  const made = await book(api, type, AT, { tracking });
  expect(made.body.booking.tracking).toBeNull();
  expect((await guestOf(api, made).get()).body.tracking).toBeNull();
  const { token } = host;
  expect((await api("GET", `/bookings/${made.body.booking.id}`, { token })).body.tracking).toEqual(
    tracking,
  );
  expect((await api("GET", "/bookings", { token })).body.data[0].tracking).toEqual(tracking);
  for (const wrong of [{ utm_source: "x".repeat(201) }, { utm_colour: "red" }, { utm_term: 5 }]) {
    const refused = await book(api, type, "2026-11-23T10:00:00Z", { tracking: wrong });
    expect(refused.body.errors).toMatchObject([{ path: `tracking.${Object.keys(wrong)[0]}` }]);
  }
});
