// Which server a domain names for a service: SRV and TXT records (RFC 2782, RFC 6764).
import { Resolver } from "node:dns/promises";
import type { World } from "../world.ts";

/** A server of a domain; `path` where a TXT record says one. */
export interface Service {
  readonly target: string;
  readonly port: number;
  readonly path: string | null;
}

/** The servers of a service such as `_caldavs._tcp.example.com`, the wanted one first; empty where none is named. */
export type FindServices = (name: string) => Promise<readonly Service[]>;

/** Asks the system's resolver, for a few seconds at most; no answer is no service. */
export const servicesOf = async (world: World, name: string): Promise<readonly Service[]> =>
  (world.services ?? lookUp)(name);

const lookUp: FindServices = async (name) => {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  const [records, texts] = await Promise.all([
    resolver.resolveSrv(name).catch(() => []),
    resolver.resolveTxt(name).catch(() => []),
  ]);
  const path = texts
    .map((parts) => /^path=(\/.*)$/.exec(parts.join(""))?.[1])
    .find((each) => each !== undefined);
  return (
    records
      // A target of "." says that there is no such service.
      .filter((record) => record.name !== "" && record.name !== ".")
      .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
      .map((record) => ({
        target: record.name.replace(/\.$/, ""),
        port: record.port,
        path: path ?? null,
      }))
  );
};
