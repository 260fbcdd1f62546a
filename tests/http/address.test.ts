import { describe, expect, test } from "bun:test";
import { clientAddress, limitKey } from "../../src/http/address.ts";

const from = (trusted: string, peer: string, forwarded?: string) =>
  clientAddress(trusted)(
    new Request("http://kalends.test/", {
      headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    }),
    peer,
  );

describe("clientAddress()", () => {
  test("is the peer's, whatever a client writes", () => {
    expect(from("", "203.0.113.7", "198.51.100.1")).toBe("203.0.113.7");
    expect(from("10.0.0.0/8", "203.0.113.7", "198.51.100.1")).toBe("203.0.113.7");
  });
  test("is what a trusted proxy says", () => {
    expect(from("10.0.0.1", "10.0.0.1", "198.51.100.1")).toBe("198.51.100.1");
    expect(from("10.0.0.0/8, 192.0.2.9", "10.1.2.3", "198.51.100.1")).toBe("198.51.100.1");
    expect(from("fd00::/8", "fd00::1", "2001:db8::5")).toBe("2001:db8::5");
  });
  test("is the last that no proxy of ours wrote: what a client puts before it never counts", () => {
    expect(from("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2")).toBe("198.51.100.1");
  });
  test("is the first proxy's own when all are trusted", () => {
    expect(from("10.0.0.0/8", "10.0.0.1", "10.0.0.3,10.0.0.2")).toBe("10.0.0.3");
    expect(from("10.0.0.0/8", "10.0.0.1")).toBe("10.0.0.1");
    expect(from("10.0.0.0/8", "10.0.0.1", "198.51.100.1,,")).toBe("10.0.0.1");
  });
  test("reads IPv4 written as IPv6 as IPv4", () => {
    expect(from("10.0.0.1", "::ffff:10.0.0.1", "::ffff:198.51.100.1")).toBe("198.51.100.1");
  });
  test("survives what is no address", () => {
    expect(from("10.0.0.1", "10.0.0.1", "unknown")).toBe("unknown");
    expect(from("10.0.0.1", "", "198.51.100.1")).toBe("");
  });
  test.each(["nonsense", "10.0.0.0/33", "10.0.0.0/x", "fd00::/129", "10.0.0.1/"])(
    "cannot be made with TRUSTED_PROXIES %s",
    (trusted) => {
      expect(() => clientAddress(trusted)).toThrow();
    },
  );
});

describe("limitKey()", () => {
  test("is an IPv4 address as it is", () => {
    expect(limitKey("198.51.100.1")).toBe("198.51.100.1");
  });
  test("is the /64 of an IPv6 address, however it is written", () => {
    const same = ["2001:db8:1:2::1", "2001:0db8:0001:0002:ffff::", "2001:DB8:1:2:a:b:c:d"];
    expect(new Set(same.map((each) => limitKey(each).toLowerCase())).size).toBe(1);
    expect(limitKey("2001:db8:1:3::1")).not.toBe(limitKey("2001:db8:1:2::1"));
    expect(limitKey("::1")).toBe(limitKey("0:0:0:0:1:2:3:4"));
    expect(limitKey("fe80::1%eth0")).toBe("fe80:0:0:0");
  });
});
