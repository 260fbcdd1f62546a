// What a link's token opens is its holder's: no page hands it on, and no log keeps it.
import { describe, expect, test } from "bun:test";
import { parseConfig } from "../../src/config.ts";
import { makeLogger } from "../../src/world.ts";
import { MATRIX, OF_DEVELOPMENT, OF_NOTHING } from "../authorization/matrix.ts";
import { requestOf, rowsOf } from "../authorization/support/judge.ts";
import { makeStage } from "../authorization/support/stage.ts";
import { hashCheaply } from "../support/passwords.ts";

hashCheaply();
const lines: string[] = [];
const config = parseConfig({
  NODE_ENV: "test",
  DATABASE_URL: "postgres://nowhere/",
  JWT_SECRET: "a secret for tests that is long enough",
  LOG_LEVEL: "trace",
});
const log = makeLogger(config, { write: (line) => void lines.push(line) });
const stage = await makeStage({ log });
const { things } = stage.cast;
const TOKENS = [...Object.values(things.links), things.guestToken, things.otherGuestToken];

const names = Object.keys(MATRIX).filter(
  (name) => !OF_NOTHING.test(name) && !OF_DEVELOPMENT.test(name),
);

describe("as a guest, or by the link of a mail:", () => {
  test.each(names)("%s", async (name) => {
    for (const row of rowsOf(name)) {
      const { method, path, body, form } = requestOf(stage, name, row, "guest");
      lines.length = 0;
      const { headers, status, text } = await stage.undone(async (send) => {
        const response = await send(path, {
          method,
          headers: {
            "x-booking-token": things.guestToken,
            ...(form
              ? { "content-type": "application/x-www-form-urlencoded", accept: "text/html" }
              : body && { "content-type": "application/json" }),
          },
          ...(form
            ? { body: `${new URLSearchParams(form)}` }
            : body && { body: JSON.stringify(body) }),
        });
        const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
        if (isStream) await response.body?.cancel();
        return {
          status: response.status,
          headers: response.headers,
          text: isStream ? "" : await response.text(),
        };
      });
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(lines.join("")).toContain(`"status":${status}`);
      const kept = TOKENS.filter((token) => lines.join("").includes(token));
      expect(kept).toEqual([]);
      const foreign = [...text.matchAll(/(?:href|src|action)="(https?:[^"]+)"/g)]
        .map((match) => match[1] ?? "")
        .filter((url) => new URL(url).origin !== "http://kalends.test");
      expect(foreign.filter((url) => TOKENS.some((token) => url.includes(token)))).toEqual([]);
      // A page fetches nothing from elsewhere, whom it would tell that it was looked at.
      expect(
        text.match(/<(script|link(?! rel="canonical")|img|iframe)[^>]+(src|href)="(https?:)?\/\//g),
      ).toBeNull();
    }
  });
});

test("the tokens that this looks for are used", () => {
  const asked = names.flatMap((name) =>
    rowsOf(name).map((row) => JSON.stringify(requestOf(stage, name, row, "guest"))),
  );
  const used = TOKENS.filter((token) => asked.some((each) => each.includes(token)));
  expect(used.length).toBeGreaterThan(6);
});
