import { describe, expect, test } from "bun:test";
import { html, raw, webAddress } from "../../src/messages/html.ts";
import { oneLine, severalLines } from "../../src/messages/line.ts";

describe("html``", () => {
  test("escapes whatever a person typed, in content and in attributes", () => {
    const typed = `<script>alert("x")</script> & 'y' \`z\``;
    const markup = html`<p title="${typed}">${typed}</p>`.markup;
    const escaped =
      "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39; &#96;z&#96;";
    expect(markup).toBe(`<p title="${escaped}">${escaped}</p>`);
  });

  test("does not escape its own results twice, nested or in lists", () => {
    const items = ["a & b", "<c>"].map((each) => html`<li>${each}</li>`);
    expect(html`<ul>${items}${html`<li>${[1, [2, " & "]]}</li>`}</ul>`.markup).toBe(
      "<ul><li>a &amp; b</li><li>&lt;c&gt;</li><li>12 &amp; </li></ul>",
    );
  });

  test("shows nothing for what is absent, and zero as zero", () => {
    expect(html`[${null}${undefined}${false}${""}${[]}${0}]`.markup).toBe("[0]");
  });

  test("takes raw() as it is", () => {
    expect(html`${raw("<br>")}`.markup).toBe("<br>");
  });
});

describe("webAddress()", () => {
  test.each(["https://example.com/a?b=c", "http://localhost:3000", "HTTPS://X.example"])(
    "lets %s be a link",
    (text) => expect(webAddress(text)).toBe(text),
  );

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example",
    "/relative",
    "https://",
    " https://example.com",
    "java\nscript:alert(1)",
    "vbscript:x",
    "",
    null,
    undefined,
  ])("lets %j be none", (text) => expect(webAddress(text)).toBeNull());
});

describe("oneLine()", () => {
  test("leaves no line end, control or direction sign", () => {
    expect(oneLine("a\r\nBcc: b\tc\u2028d\u202ee\u0000f\u0085g\ud800", 99)).toBe(
      "a Bcc: b c d e f g",
    );
  });

  test("keeps within the limit, counted in characters, and says that it cut", () => {
    expect(oneLine("👍".repeat(9), 9)).toBe("👍".repeat(9));
    expect(oneLine("👍".repeat(10), 9)).toBe(`${"👍".repeat(8)}…`);
    expect(oneLine("one two three", 8)).toBe("one two…");
  });
});

describe("severalLines()", () => {
  test("knows every kind of line end and drops control signs", () => {
    expect(severalLines("a\r\nb\rc\u2028d\u0000\u202ee\tf")).toBe("a\nb\nc\nde\tf");
  });
});
