// The widget as the files that browsers get. In memory: who needs them on disk writes them.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  hashOf,
  WIDGET_FOLDER,
  type WidgetBuild,
  type WidgetFile,
} from "../../src/embed/widget-build.ts";

const SOURCE = join(import.meta.dir, "../../src/widget");

/** Until there are times to choose from, with one language, as servers send it. */
export const MAX_GZIP_BYTES = 15_000;
/** The form and all after it, loaded when the times are there. */
export const MAX_LATER_GZIP_BYTES = 11_000;

/** Builds the module and its languages; the same sources give the same bytes. */
export async function buildWidget(): Promise<WidgetBuild> {
  const files: Record<string, string> = {};
  const add = (text: string, ending: string): WidgetFile => {
    const file = fileOf(text, ending);
    files[file.path.slice(1)] = text;
    return file;
  };
  const languages: Record<string, WidgetFile> = {};
  for (const name of readdirSync(join(SOURCE, "languages")).sort()) {
    const language = basename(name, ".json");
    if (language === "en") continue;
    const words: unknown = JSON.parse(readFileSync(join(SOURCE, "languages", name), "utf8"));
    languages[language] = add(JSON.stringify(words), `${language}.json`);
  }
  const later = add(await bundled("later/later.ts", {}), "js");
  const script = add(
    await bundled("element.ts", {
      KALENDS_LANGUAGES: Object.fromEntries(
        Object.entries(languages).map(([name, file]) => [name, pinned(file)]),
      ),
      KALENDS_LATER: pinned(later),
    }),
    "js",
  );
  const types = readFileSync(join(SOURCE, "kalends-booking.d.ts"), "utf8");
  return { manifest: { script, later, languages }, files, types };
}

const pinned = ({ path, integrity }: WidgetFile) => ({ path, integrity });

/** A module and all that it imports, with these values put in. */
async function bundled(entry: string, values: Readonly<Record<string, unknown>>): Promise<string> {
  const built = await Bun.build({
    entrypoints: [join(SOURCE, entry)],
    target: "browser",
    format: "esm",
    minify: true,
    define: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]),
    ),
    plugins: [
      {
        name: "style sheet",
        setup(build) {
          build.onLoad({ filter: /\.css$/ }, async ({ path }) => ({
            contents: minifiedCss(await Bun.file(path).text()),
            loader: "text",
          }));
        },
      },
    ],
  });
  return await built.outputs[0]!.text();
}

/** Without comments and blanks. Bun's own minifier rewrites light-dark() and loses `color-scheme: inherit`. */
const minifiedCss = (css: string): string =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .replace(/: /g, ":")
    .replace(/;\}/g, "}")
    .trim();

function fileOf(text: string, ending: string): WidgetFile {
  return {
    path: `/widget.${hashOf(text)}.${ending}`,
    integrity: `sha384-${createHash("sha384").update(text).digest("base64")}`,
    bytes: Buffer.byteLength(text),
    gzipBytes: gzipSync(text).length,
  };
}

/** Puts a build where servers read it, whole or not at all: one that starts meanwhile reads the former or this one. */
export function writeWidget({ manifest, files, types }: WidgetBuild): void {
  const fresh = `${WIDGET_FOLDER}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(fresh, name), text);
  writeFileSync(join(fresh, "kalends-booking.d.ts"), types);
  writeFileSync(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  rmSync(WIDGET_FOLDER, { recursive: true, force: true });
  renameSync(fresh, WIDGET_FOLDER);
}
