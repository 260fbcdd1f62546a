import { Value } from "@sinclair/typebox/value";
import { findZone } from "../../availability/zone.ts";
import { Email, Line } from "../../schema.ts";
import { namesOf } from "../register.ts";
import type { ProviderName } from "./provider.ts";
import type { Claims } from "./redeem.ts";

/** Somebody as a provider knows him. */
export interface Person {
  readonly provider: ProviderName;
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  /** Whether the provider vouches that the address is his. */
  readonly isVerified: boolean;
  readonly firstName: string;
  readonly lastName: string | null;
  readonly locale: "en" | "de";
  readonly timeZone: string | null;
}

/** What verified claims say of a person (OpenID Connect Core 1.0, section 5.1). */
export function personOf(provider: ProviderName, claims: Claims): Person {
  const { email, isVerified } = provider === "google" ? google(claims) : microsoft(claims);
  const zone = claims["zoneinfo"];
  return {
    provider,
    issuer: claims.iss,
    subject: claims.sub,
    email,
    isVerified: isVerified && email !== null,
    ...namesIn(claims, email),
    locale: /^de\b/i.test(String(claims["locale"])) ? "de" : "en",
    timeZone: typeof zone === "string" ? findZone(zone) : null,
  };
}

const google = (claims: Claims) => ({
  email: addressIn(claims["email"]),
  isVerified: claims["email_verified"] === true,
});

/**
 * Any administrator of a tenant may write any address into `email`; only `xms_edov`, an optional claim
 * that the app registration asks for, says that its domain is the tenant's. It comes as a boolean or as
 * 1. Without a mailbox there is the name that he signs in by, which is for display and proves nothing.
 */
const microsoft = (claims: Claims) => {
  const email = addressIn(claims["email"]);
  return {
    email: email ?? addressIn(claims["preferred_username"]),
    isVerified: email !== null && [true, 1, "1", "true"].includes(claims["xms_edov"] as never),
  };
};

const addressIn = (claim: unknown): string | null => (Value.Check(Email, claim) ? claim : null);

const Name = Line(100, "Ada");
const WholeName = Line(200, "Ada Lovelace");
const nameIn = (claim: unknown): string | undefined =>
  Value.Check(Name, claim) ? claim.trim() : undefined;

/** By the parts of the name where it has two, else by the whole, else by the address. */
function namesIn(claims: Claims, email: string | null) {
  const firstName = nameIn(claims["given_name"]);
  const lastName = nameIn(claims["family_name"]);
  if (firstName !== undefined) return namesOf({ firstName, ...(lastName && { lastName }) });
  const whole = Value.Check(WholeName, claims["name"]) ? claims["name"] : email?.split("@")[0];
  return namesOf({ name: whole ?? "New host" });
}
