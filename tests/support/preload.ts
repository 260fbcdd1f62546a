// Runs before every test file (with --parallel) or once before all of them (without).
import { afterAll, setDefaultTimeout } from "bun:test";
import { releaseTestDatabases } from "./postgres.ts";

// Bun 1.4.5 does not heed `timeout` of bunfig.toml.
setDefaultTimeout(30_000);

afterAll(releaseTestDatabases);
