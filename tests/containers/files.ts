// What is at the root of the checkout for containers, and what an operator would set.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { interpolated, isMapping, type Json, merged, readCompose } from "./compose.ts";

export const ROOT = join(import.meta.dir, "../..");

export const textOf = (name: string): string => readFileSync(join(ROOT, name), "utf8");

const BASE = readCompose(textOf("docker-compose.yml"));
const PRODUCTION = readCompose(textOf("docker-compose.prod.yml"));

/** As `docker compose up` takes it. */
export const development = (env: Readonly<Record<string, string>> = {}): Json =>
  interpolated(BASE.value, env);

/** As with `-f docker-compose.yml -f docker-compose.prod.yml`. */
export const production = (env: Readonly<Record<string, string>>): Json =>
  interpolated(merged(BASE, PRODUCTION), env);

/** All that production asks for. */
export const OPERATORS_ENV = {
  PUBLIC_URL: "https://book.example.com",
  POSTGRES_PASSWORD: "9c41be60d3a55fe1f07b2a86cc1d",
  REDIS_PASSWORD: "5f0a77d1e29b48c3a6b41d90ee37",
  JWT_SECRET: "Zk4vQ9xX2mVbN7rLk5eYw8uHs1dGf3jC6tPq0aRi",
};

export interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly deploy?: { readonly replicas: number };
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

/** The services of a whole. */
export function servicesOf(whole: Json): Readonly<Record<string, Service>> {
  if (!isMapping(whole) || !isMapping(whole["services"])) throw new TypeError("No services");
  return whole["services"] as unknown as Readonly<Record<string, Service>>;
}
