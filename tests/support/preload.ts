// Runs before every test file (with --parallel) or once before all of them (without).
import { afterAll } from "bun:test";
import { releaseTestDatabases } from "./postgres.ts";

afterAll(releaseTestDatabases);
