// Builds what production serves and runs into dist/: the widget and the two programs. With --if-stale only the programs,
// and only where they are not those of these sources.
import { areProgramsFresh, buildPrograms } from "./programs/build.ts";

if (!process.argv.includes("--if-stale")) {
  const { buildWidget, writeWidget } = await import("./widget/build.ts");
  writeWidget(await buildWidget());
  await buildPrograms();
} else if (!areProgramsFresh()) {
  await buildPrograms();
}
