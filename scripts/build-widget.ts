// Builds the embeddable widget into dist/widget: one module, a file for each language but English, and a manifest that
// says what they are. With --check it builds nothing, and fails where the module is larger than was promised.
import { buildWidget, MAX_GZIP_BYTES, MAX_LATER_GZIP_BYTES, writeWidget } from "./widget/build.ts";

const built = await buildWidget();
const { script, later, languages } = built.manifest;
for (const [name, { bytes, gzipBytes }] of Object.entries({ script, later, ...languages }))
  console.log(
    `${name.padEnd(8)}${String(bytes).padStart(8)} bytes${String(gzipBytes).padStart(8)} gzipped`,
  );
const tooLarge = script.gzipBytes > MAX_GZIP_BYTES || later.gzipBytes > MAX_LATER_GZIP_BYTES;
if (tooLarge) {
  console.error(
    `The script may have ${MAX_GZIP_BYTES} bytes gzipped, and ${MAX_LATER_GZIP_BYTES} more after the times are there.`,
  );
  process.exit(1);
}
if (!process.argv.includes("--check")) writeWidget(built);
