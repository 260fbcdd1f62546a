// The built widget, as scripts/build-widget.ts leaves it.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface WidgetFile {
  /** Where it is served; names its content, so that it may be kept for ever. */
  readonly path: string;
  /** W3C Subresource Integrity. */
  readonly integrity: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

export interface WidgetBuild {
  readonly manifest: {
    readonly script: WidgetFile;
    /** What the script loads once it shows times. */
    readonly later: WidgetFile;
    /** By language; English is part of the script. */
    readonly languages: Readonly<Record<string, WidgetFile>>;
  };
  /** By the name under the root: "widget.0123456789abcdef.js". */
  readonly files: Readonly<Record<string, string>>;
  /** The declarations for TypeScript. */
  readonly types: string;
}

/** Where the build of this checkout is. */
export const WIDGET_FOLDER = join(import.meta.dirname, "../../dist/widget");

/** Reads a build from its folder; null where there is none. */
export function readWidget(folder: string): WidgetBuild | null {
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  try {
    const manifest: WidgetBuild["manifest"] = JSON.parse(read("manifest.json"));
    const all = [manifest.script, manifest.later, ...Object.values(manifest.languages)];
    const files = Object.fromEntries(all.map(({ path }) => [path.slice(1), read(path.slice(1))]));
    return { manifest, files, types: read("kalends-booking.d.ts") };
  } catch {
    return null;
  }
}

/** What names a content. */
export const hashOf = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 16);
