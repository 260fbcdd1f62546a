import { BlockList, isIP } from "node:net";

// IANA's registries of special-purpose addresses (RFC 6890), and multicast. Cloud providers keep their
// metadata at link-local and carrier-grade NAT addresses.
const SPECIAL_IPV4 =
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3";
// Of IPv6 only 2000::/3 is given out. In it: what leads to an IPv4 address inside (Teredo, 6to4), and documentation.
const GLOBAL_IPV6 = "2000::/3";
const SPECIAL_IPV6 = "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20";

const special = listOf([...SPECIAL_IPV4.split(" "), ...SPECIAL_IPV6.split(" ")]);
const global = listOf([GLOBAL_IPV6]);

/**
 * Whether an IP address is one of the public internet: no loopback, private, link-local, shared,
 * multicast or documentation address, and none of IPv6 that stands for an IPv4 address (mapped, NAT64,
 * 6to4, Teredo). False for what is no address.
 */
export function isPublic(address: string): boolean {
  // With a zone ("fe80::1%eth0") it is local by definition; and the list does not know zones.
  if (address.includes("%")) return false;
  switch (isIP(address)) {
    case 4:
      return !special.check(address, "ipv4");
    case 6:
      return global.check(address, "ipv6") && !special.check(address, "ipv6");
    default:
      return false;
  }
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits] = range.split("/");
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
