import { expect, test } from "bun:test";
import { newId } from "../../src/db/id.ts";
import { book, makeHost, makeMeetingType } from "../support/make.ts";
import { AUTH_TOKEN, SID, signatureOf } from "../support/twilio.ts";
import { client, testWorld } from "../support/world.ts";

const world = await testWorld({
  SMS_PROVIDER: "twilio",
  SMS_COUNTRIES: "*",
  TWILIO_ACCOUNT_SID: SID,
  TWILIO_AUTH_TOKEN: AUTH_TOKEN,
  TWILIO_FROM: "+15005550006",
});
const api = client(world);

const call = (form: Record<string, string>, query = "", signature?: string) => {
  const path = `/api/v1/callbacks/twilio${query}`;
  return api("POST", path, {
    body: new URLSearchParams(form).toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-twilio-signature": signature ?? signatureOf(`${world.config.PUBLIC_URL}${path}`, form),
    },
  });
};

async function sms({ done = true } = {}) {
  const id = newId();
  const sid = `SM${id.replaceAll("-", "")}`;
  await world.db.run(
    `with o as (insert into outbox (id, queue, kind, attempts, done_at, outcome)
       values ($1, 'sms', 'BOOKING_REMINDER', 1, case when $3 then now() end, case when $3 then 'done' end))
     insert into deliveries (outbox_id, channel, provider, provider_id, attempts)
     select $1, 'sms', 'twilio', $2, 1 where $3`,
    [id, sid, done],
  );
  return { id, sid };
}
const stateOf = async (id: string) =>
  (
    await world.db.run(
      "select o.outcome, d.status, d.detail, d.provider_id from outbox o left join deliveries d on d.outbox_id = o.id where o.id = $1",
      [id],
    )
  )[0];

test("the signature is the one of Twilio's documentation", () => {
  const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  const form = {
    CallSid: "CA1234567890ABCDE",
    Caller: "+12349013030",
    Digits: "1234",
    From: "+12349013030",
    To: "+18005551212",
  };
  expect(signatureOf(url, form, "12345")).toBe("0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
});

test("a status moves the delivery on, and never back", async () => {
  const { id, sid } = await sms();
  for (const MessageStatus of ["queued", "delivered", "sent"])
    expect((await call({ MessageSid: sid, MessageStatus }, `?id=${id}`)).status).toBe(200);
  expect(await stateOf(id)).toMatchObject({ status: "delivered", detail: null });
});

test("an SMS is known by the provider's id alone, too", async () => {
  const { id, sid } = await sms();
  await call({ MessageSid: sid, MessageStatus: "undelivered", ErrorCode: "30003" });
  expect(await stateOf(id)).toMatchObject({ status: "failed", detail: "Error 30003" });
});

test("an SMS that did not arrive is told to the host, once, and one that arrived is not", async () => {
  const host = await makeHost(world);
  const type = await makeMeetingType(world, host, { notifications: { sms: true } });
  const guest = { phone: "+12025550177", smsOptIn: true };
  const { body: made } = await book(api, type, "2026-11-23T10:00:00Z", { guest });
  const [row] = await world.db.run(
    "select id from outbox where queue = 'sms' and booking_id = $1",
    [made.booking.id],
  );
  const told = async () =>
    (await api("GET", "/notifications", { token: host.token })).body.data.filter(
      (each: { type: string }) => each.type === "DELIVERY_FAILED",
    );
  const say = (MessageStatus: string) =>
    call({ MessageSid: "SMhis", MessageStatus, ErrorCode: "30005" }, `?id=${row?.["id"]}`);
  await say("delivered");
  expect(await told()).toEqual([]);
  for (let times = 0; times < 2; times += 1) await say("undelivered");
  expect(await told()).toMatchObject([
    {
      title: "An SMS did not arrive",
      message: expect.stringContaining("the SMS to +12025550177 did not get through."),
      metadata: { bookingId: made.booking.id, phone: guest.phone },
    },
  ]);
  expect(JSON.stringify(await told())).not.toContain("grace@example.com");
});

test("what the worker never heard of as taken is closed by the callback", async () => {
  const { id, sid } = await sms({ done: false });
  await call({ MessageSid: sid, MessageStatus: "sent" }, `?id=${id}`);
  expect(await stateOf(id)).toMatchObject({ outcome: "done", status: "sent", providerId: sid });
});

test("whoever has no signature is refused, and changes nothing", async () => {
  const { id, sid } = await sms();
  const form = { MessageSid: sid, MessageStatus: "delivered" };
  const right = signatureOf(`${world.config.PUBLIC_URL}/api/v1/callbacks/twilio?id=${id}`, form);
  for (const wrong of ["", "x", `${right}x`, signatureOf("http://elsewhere.test", form)])
    expect((await call(form, `?id=${id}`, wrong)).status).toBe(401);
  // of another SMS
  expect((await call(form, `?id=${newId()}`, right)).status).toBe(401);
  expect((await call({ ...form, MessageStatus: "failed" }, `?id=${id}`, right)).status).toBe(401);
  expect(await stateOf(id)).toMatchObject({ status: "sent" });
});

test("STOP ends SMS to a number, START lets them come again", async () => {
  const From = "+12025550123";
  const stopped = () => world.db.run("select 1 from sms_opt_outs where phone = $1", [From]);
  for (const Body of [" Stop ", "STOPP", "unsubscribe"]) {
    const answer = await call({ From, Body, To: "+15005550006", MessageSid: "SM1" });
    expect(answer.text).toBe("<Response/>");
    expect(answer.headers.get("content-type")).toContain("xml");
    expect(await stopped()).toHaveLength(1);
    await call({ From, Body: "start", OptOutType: "START" });
    expect(await stopped()).toHaveLength(0);
  }
  await call({ From, Body: "Please do not stop!" });
  expect(await stopped()).toHaveLength(0);
});

test("unknown SMS, statuses and bodies are taken without a word", async () => {
  expect((await call({ MessageSid: "SMnone", MessageStatus: "sent" }, "?id=nonsense")).status).toBe(
    200,
  );
  expect((await call({ MessageSid: "SMnone", MessageStatus: "dancing" })).status).toBe(200);
  expect((await call({ From: "short-code", Body: "STOP" })).status).toBe(200);
  expect((await call({})).status).toBe(200);
});
