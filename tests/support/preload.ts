// Runs before every test file (with --parallel) or once before all of them (without).
import { afterAll, setDefaultTimeout } from "bun:test";
import { releaseTestDatabases } from "./postgres.ts";

// For what hangs: the slowest tests take a quarter of it on an idle machine. Bun 1.4.5 does not heed `timeout` of bunfig.toml,
// and without --parallel this holds for the first file only.
setDefaultTimeout(120_000);

afterAll(releaseTestDatabases);
