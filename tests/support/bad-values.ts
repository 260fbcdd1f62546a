// What nobody should send, as JSON text: some of it no JSON.stringify would write.

const text = (value: string) => JSON.stringify(value);

export const BAD_JSON: readonly string[] = [
  ...["null", "true", "false", "[]", "{}", "[null]", "[[[[]]]]", '[{"a":1}]'],
  ...["0", "-1", "1.5", "1e400", "-1e400", "1e308", "5e-324", "2147483648", "-2147483649"],
  ...["9007199254740993", "99999999999999999999999", "525601", "1000000000"],
  ...["", " ", "a", "-", ".", "%", "%_%", "\\", "'", '"', "`"].map(text),
  ...["\0", "a\0b", "\u001b[31m", "\r\nBcc: x@example.com", "\u2028", "\u202etxt.exe"].map(text),
  '"\\ud800"',
  '"\\udfff\\ud800"',
  ...["😀".repeat(20), "Ω≈ç√∫˜µ≤", "İıſK", "x".repeat(300), "x".repeat(20_000)].map(text),
  ...["' or 1=1 --", "'; drop table users; --", "$1", "{{7*7}}", "=1+1"].map(text),
  ...["<script>alert(1)</script>", "../../etc/passwd", "javascript:alert(1)"].map(text),
  ...["__proto__", "constructor", "toString", "undefined", "NaN"].map(text),
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  `${"[".repeat(25)}${"]".repeat(25)}`,
  `${'{"a":'.repeat(25)}1${"}".repeat(25)}`,
  `[${"1,".repeat(2000)}1]`,
  `[${'"x",'.repeat(2000)}"x"]`,
  ...["not-a-uuid", "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6"].map(text),
  ...["00000000-0000-0000-0000-000000000000", "{0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6e}"].map(text),
  ...["Mars/Olympus", "+05:30", "GMT+25", "Etc/GMT-14", "europe/berlin", "EST5EDT", "UTC "].map(
    text,
  ),
  ...["2026-02-30", "2026-02-30T10:00:00Z", "2026-12-01", "2026-12-01T09:00:00"].map(text),
  ...["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0000-01-01T00:00:00Z"].map(text),
  ...["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "+300000-01-01T00:00:00Z"].map(text),
  ...["-000001-01-01T00:00:00Z", "2026-12-01T24:00:00Z", "2026-12-01T23:59:60Z"].map(text),
  ...["2026-12-01T09:00:00[Europe/Berlin]", "2026-12-01T09:00:00Z[Europe/Berlin]"].map(text),
  ...["0001-01-01", "9999-12-31", "+010000-01-01", "infinity", "now", "epoch"].map(text),
  ...["24:00", "25:61", "9:00", "00:00", "FREQ=SECONDLY", "FREQ=DAILY;COUNT=99999999"].map(text),
  ...["FREQ=YEARLY;BYMONTH=13", "FREQ=DAILY;BYMONTHDAY=-1,-2", "-P1D"].map(text),
];

/** Bodies that are wrong as a whole: content type, and what is sent under it. */
export const BAD_BODIES: readonly (readonly [type: string | null, body: string | null])[] = [
  ["application/json", null],
  ["application/json", ""],
  ["application/json", " "],
  ["application/json", "{"],
  ["application/json", "{'a':1}"],
  ["application/json", '{"a":1,}'],
  ["application/json", "nonsense"],
  ["application/json", "null"],
  ["application/json", "[]"],
  ["application/json", '"text"'],
  ["application/json", "1e400"],
  ["application/json", '{"__proto__":{"polluted":true}}'],
  ["application/json", '{"unknown":1}'],
  ["application/json", `${"[".repeat(40_000)}${"]".repeat(40_000)}`],
  ["application/json", '{"a":1,"a":2}'],
  ["application/json", "\ufeff{}"],
  ["application/json; charset=utf-16", "{}"],
  ["application/json", "x".repeat(110_000)],
  ["application/x-www-form-urlencoded", "a=b&__proto__[polluted]=1"],
  [
    "multipart/form-data; boundary=x",
    '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--x--',
  ],
  ["multipart/form-data", "no boundary"],
  ["text/plain", "{}"],
  ["application/xml", "<a/>"],
  [null, "{}"],
];

/** What a path or a query may carry, as it stands in a URL. */
export const BAD_URL_PARTS: readonly string[] = [
  ...["%00", "a%00b", "%", "%zz", "%ED%A0%80", "%C0%80", "%FF", "%0D%0ASet-Cookie:a", "%2e%2e%2f"],
  ...["%20", "'", "%27%20or%201=1--", "%22", "%3Cscript%3E", "%F0%9F%98%80", "%5C", "*", "+"],
  ...["-1", "0", "1e3", "1e400", "99999999999999999999", "1.5", "NaN", "null", "undefined", "true"],
  ...["not-a-uuid", "00000000-0000-0000-0000-000000000000", "0193f3c8-6a4e-7c1b-9f0e-3d2b1a4c5d6"],
  ...["2026-02-30", "2026-12-01", "0001-01-01", "9999-12-31", "%2B300000-01-01T00:00:00Z"],
  ...["2026-12-01T09:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "infinity"],
  ...["Mars/Olympus", "%2B05:30", "__proto__", "constructor", "x".repeat(300), "x".repeat(5000)],
];

export const BAD_HEADERS: readonly string[] = [
  ...["", " ", "*", '"', '""', '"v1"', 'W/"v1"', '"v99999999999999999999"', '"v-1"', ",,,"],
  ...["null", "' or 1=1 --", "x".repeat(300), "x".repeat(5000), "\u00e9\u00ff", "a, b"],
];
