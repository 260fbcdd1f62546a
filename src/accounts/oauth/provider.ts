import { Problem } from "../../problem.ts";
import type { World } from "../../world.ts";

export type ProviderName = "google" | "microsoft";

/** What is configured of a provider. */
export interface Provider {
  readonly name: ProviderName;
  readonly title: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where its metadata are (OpenID Connect Discovery 1.0, section 4). */
  readonly discoveryUrl: string;
  /** Whether metadata may call themselves by this issuer. */
  isIssuer(issuer: string): boolean;
  /** Our address, where it sends people back to: one of its own for each provider (RFC 9700, section 4.4). */
  readonly redirectUri: string;
}

/** In an issuer of Microsoft's metadata: each tenant that signs people in puts its id here. */
export const TENANT_ID = "{tenantid}";
const GUID = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/;
/** The tenant of personal accounts. */
const CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad";

/** The provider as configured. Problems: provider_not_configured. */
export function providerOf(world: World, name: ProviderName): Provider {
  const found = name === "google" ? google(world) : microsoft(world);
  if (!found) throw new Problem("provider_not_configured");
  return {
    ...found,
    name,
    redirectUri: `${world.config.PUBLIC_URL}/api/v1/auth/${name}/callback`,
  };
}

type Configured = Omit<Provider, "name" | "redirectUri">;

function google({ config }: World): Configured | null {
  const { GOOGLE_CLIENT_ID: clientId, GOOGLE_CLIENT_SECRET: clientSecret } = config;
  if (clientId === undefined || clientSecret === undefined) return null;
  const base = config.GOOGLE_BASE_URL ?? "https://accounts.google.com";
  const discoveryUrl = `${base}/.well-known/openid-configuration`;
  return {
    title: "Google",
    clientId,
    clientSecret,
    discoveryUrl,
    isIssuer: (issuer) => issuer === base,
  };
}

function microsoft({ config }: World): Configured | null {
  const { MICROSOFT_CLIENT_ID: clientId, MICROSOFT_CLIENT_SECRET: clientSecret } = config;
  if (clientId === undefined || clientSecret === undefined) return null;
  const base = config.MICROSOFT_LOGIN_BASE_URL ?? "https://login.microsoftonline.com";
  const tenant = config.MICROSOFT_TENANT.toLowerCase();
  const isShared = tenant === "common" || tenant === "organizations";
  const isIssuer = (issuer: string) => {
    const id =
      issuer.startsWith(`${base}/`) && issuer.endsWith("/v2.0") && issuer.split("/").at(-2);
    if (!id || issuer !== `${base}/${id}/v2.0`) return false;
    if (isShared) return id === TENANT_ID;
    // A tenant that is configured by its domain calls itself by its id.
    return GUID.test(tenant) ? id === tenant : GUID.test(id);
  };
  return {
    title: "Microsoft",
    clientId,
    clientSecret,
    discoveryUrl: `${base}/${tenant}/v2.0/.well-known/openid-configuration`,
    isIssuer,
  };
}

/** The issuer of a tenant, by the template of the metadata; null for what is no tenant that may sign in. */
export function tenantIssuer(world: World, template: string, tenant: unknown): string | null {
  if (typeof tenant !== "string" || !GUID.test(tenant)) return null;
  if (world.config.MICROSOFT_TENANT.toLowerCase() === "organizations" && tenant === CONSUMERS)
    return null;
  return template.replace(TENANT_ID, tenant);
}
