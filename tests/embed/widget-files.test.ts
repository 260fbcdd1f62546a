import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { buildWidget, MAX_GZIP_BYTES } from "../../scripts/widget/build.ts";
import { readWidget } from "../../src/embed/widget-build.ts";
import { sender } from "../support/http.ts";
import { testWorld } from "../support/world.ts";

const widget = await buildWidget();
const world = { ...(await testWorld()), widget };
const send = sender(world);
const { script, later, languages } = widget.manifest;

const sriOf = (bytes: ArrayBuffer) =>
  `sha384-${createHash("sha384").update(new Uint8Array(bytes)).digest("base64")}`;

describe("the files of the widget", () => {
  test.each([script, later, ...Object.values(languages)].map((file) => [file.path, file] as const))(
    "%s is kept for ever, by any page, and is what its hash says",
    async (path, file) => {
      const answer = await send(path, { headers: { origin: "https://customer.example" } });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
      expect(answer.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
      expect(answer.headers.get("content-type")).toMatch(
        path.endsWith(".js") ? /^text\/javascript/ : /^application\/json/,
      );
      expect(sriOf(await answer.arrayBuffer())).toBe(file.integrity);
    },
  );

  test("/widget.js is the present one, for a short while, and not sent twice", async () => {
    const answer = await send("/widget.js");
    expect(answer.headers.get("cache-control")).toBe(
      "public, max-age=300, stale-while-revalidate=86400",
    );
    expect(sriOf(await answer.arrayBuffer())).toBe(script.integrity);
    const etag = answer.headers.get("etag")!;
    const again = await send("/widget.js", { headers: { "if-none-match": `W/${etag}, "x"` } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect(again.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("travel compressed, in no more bytes than promised", async () => {
    const answer = await send("/widget.js", { headers: { "accept-encoding": "gzip" } });
    const sent = await answer.arrayBuffer();
    expect(answer.headers.get("content-encoding")).toBe("gzip");
    expect(sent.byteLength).toBeLessThanOrEqual(MAX_GZIP_BYTES + 100);
    expect(gunzipSync(sent).length).toBe(script.bytes);
  });

  test("of another version are not there: a pinned hash must not be something else", async () => {
    const answer = await send("/widget.0123456789abcdef.js");
    expect(answer.status).toBe(404);
    expect((await send("/widget.d.ts")).status).toBe(200);
  });

  test("say so where nothing was built", async () => {
    const answer = await sender({ ...world, widget: null })("/widget.js");
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("build:widget");
  });
});

test("the same sources give the same build, and a build is read as it was written", async () => {
  expect(await buildWidget()).toEqual(widget);
  const folder = mkdtempSync(join(tmpdir(), "widget-"));
  try {
    expect(readWidget(folder)).toBeNull();
    for (const [name, text] of Object.entries(widget.files))
      writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, "kalends-booking.d.ts"), widget.types);
    writeFileSync(join(folder, "manifest.json"), JSON.stringify(widget.manifest));
    expect(readWidget(folder)).toEqual(widget);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the module holds no code that a strict policy forbids", () => {
  const text = Object.values(widget.files).join("\n");
  for (const forbidden of [
    /\beval\(/,
    /new Function/,
    /innerHTML/,
    /\.style\b/,
    /document\.cookie/,
    /localStorage/,
    /setAttribute\("style/,
  ])
    expect(text).not.toMatch(forbidden);
});
