import { attributesOf, requestOf } from "../../../../src/emitters/otel/otlp.ts";
import { encodeProtobuf } from "../../../../src/emitters/otel/protobuf.ts";
import { assertEquals } from "../../../testing/assert.ts";

type Field = readonly [number: number, value: bigint | Uint8Array];

/** The fields of a message, as any reader finds them. */
function read(bytes: Uint8Array): Field[] {
  const fields: Field[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n;; shift += 7n) {
      const byte = BigInt(view.getUint8(at++));
      value |= (byte & 0x7fn) << shift;
      if (byte < 0x80n) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const type = tag & 7;
    if (type === 0) fields.push([tag >> 3, varint()]);
    else if (type === 1) fields.push([tag >> 3, view.getBigUint64((at += 8) - 8, true)]);
    else if (type === 5) fields.push([tag >> 3, BigInt(view.getUint32((at += 4) - 4, true))]);
    else {
      const length = Number(varint());
      fields.push([tag >> 3, bytes.subarray(at, at += length)]);
    }
  }
  return fields;
}

/** The message in a field, by the numbers on the way to it. */
function inside(bytes: Uint8Array, ...numbers: number[]): Uint8Array {
  return numbers.reduce(
    (message, number) => read(message).find(([found]) => found === number)?.[1] as Uint8Array,
    bytes,
  );
}

const RESOURCE = { resource: attributesOf({ "service.name": "a" }), version: "1" };

Deno.test("encodeProtobuf writes a span by the numbers and types of the schema", () => {
  const span = {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    flags: 1,
    name: "é",
    kind: 2,
    startTimeUnixNano: "1795634545907864000",
    endTimeUnixNano: "18446744073709551615",
    attributes: attributesOf({ text: "t", int: -1, double: 0.5, flag: true, none: undefined }),
    status: { code: 2, message: "m".repeat(300) },
  };
  const bytes = encodeProtobuf("traces", requestOf("traces", { ...RESOURCE, items: [span] }));
  const fields = read(inside(bytes, 1, 2, 2));
  const hex = (value: bigint | Uint8Array | undefined) => (value as Uint8Array).toHex();
  const of = new Map(fields);
  assertEquals(hex(of.get(1)), span.traceId);
  assertEquals(hex(of.get(2)), span.spanId);
  assertEquals(of.get(5), new TextEncoder().encode("é"));
  assertEquals([of.get(6), of.get(7), of.get(8), of.get(16)], [
    2n,
    1795634545907864000n,
    18446744073709551615n,
    1n,
  ]);
  const values = fields.filter(([number]) => number === 9).map(([, value]) =>
    read(inside(value as Uint8Array, 2))
  );
  assertEquals(values, [
    [[1, new TextEncoder().encode("t")]],
    [[3, 0xffffffffffffffffn]],
    [[4, 0x3fe0000000000000n]],
    [[2, 1n]],
  ]);
  assertEquals(read(inside(inside(bytes, 1, 2, 2), 15)).at(-1), [3, 2n]);
  assertEquals(inside(bytes, 1, 2, 1, 1), new TextEncoder().encode("ansible-runner"));
  assertEquals(inside(bytes, 1, 1, 1, 1), new TextEncoder().encode("service.name"));
});

Deno.test("encodeProtobuf writes a histogram and grows with it", () => {
  const point = {
    attributes: [],
    startTimeUnixNano: "1",
    timeUnixNano: "2",
    count: "5000",
    sum: 1,
    bucketCounts: Array(5000).fill("1"),
    explicitBounds: Array(4999).fill(1),
    min: 0,
    max: 1,
  };
  const metric = {
    name: "n",
    description: "",
    unit: "s",
    histogram: { dataPoints: [point], aggregationTemporality: 2 },
  };
  const bytes = encodeProtobuf("metrics", requestOf("metrics", { ...RESOURCE, items: [metric] }));
  const fields = read(inside(bytes, 1, 2, 2, 9, 1));
  assertEquals(fields.filter(([number]) => number === 6).length, 5000);
  assertEquals(fields.filter(([number]) => number === 7).length, 4999);
});
