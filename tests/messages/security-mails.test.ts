import { describe, expect, test } from "bun:test";
import type { Reader } from "../../src/messages/facts.ts";
import {
  emailChangedMail,
  passwordChangedMail,
  passwordResetMail,
} from "../../src/messages/templates/security.ts";

const reader: Reader = {
  role: "host",
  name: "Ada <b>Lovelace</b>\r\nBcc: x",
  timeZone: "Europe/Berlin",
  locale: "en",
};
const url = "https://kalends.example/x?token=a.b.c";

describe("a mail about the safety of an account", () => {
  test.each([
    ["to set a new password", passwordResetMail({ resetUrl: url }, reader)],
    ["that it was set", passwordChangedMail({ forgotUrl: url }, reader)],
    ["that the address changed", emailChangedMail({ undoUrl: url }, reader)],
  ])("%s has its link in both parts, and a name that is only text", (_what, mail) => {
    for (const part of [mail.html, mail.text]) {
      expect(part).toContain(url);
      expect(part).toMatch(/not (ask|do)/);
    }
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.html).not.toContain("<b>");
    expect(mail.text).not.toContain("\r\nBcc");
  });

  test("is told in German to who reads German", () => {
    const german = { ...reader, locale: "de" };
    for (const mail of [
      passwordResetMail({ resetUrl: url }, german),
      passwordChangedMail({ forgotUrl: url }, german),
      emailChangedMail({ undoUrl: url }, german),
    ]) {
      expect(mail.html).toContain('lang="de"');
      expect(mail.text).toContain("Das war");
      expect(mail.text).toContain(url);
    }
  });

  test("to an address that was never confirmed has no way back", () => {
    const { html, text } = emailChangedMail({ undoUrl: null }, reader);
    for (const part of [html, text]) {
      expect(part).not.toContain("http");
      expect(part).toContain("whoever runs this installation");
    }
  });
});
