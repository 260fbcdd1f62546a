import type { Host } from "../../support/make.ts";
import type { Api } from "../../support/world.ts";

export interface Key {
  readonly id: string;
  readonly key: string;
}

/** An API key of a host, made as he would. */
export async function makeKeyOf(
  api: Api,
  host: Host,
  scope: "read" | "write" | "admin" = "write",
  more: object = {},
): Promise<Key> {
  const body = { name: "Website", scope, ...more };
  const made = await api("POST", "/users/me/api-keys", { token: host.token, body });
  if (made.status !== 201) throw new Error(`No key was made: ${made.text}`);
  return made.body;
}
