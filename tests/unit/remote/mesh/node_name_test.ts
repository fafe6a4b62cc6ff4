import { identsOf, parseNode } from "../../../../src/remote/mesh/node_name.ts";
import { assertEquals, assertThrows } from "../../../testing/assert.ts";

const plain = { kind: "ssh", port: undefined, program: "ansible-runner" };

for (
  const [name, node] of [
    ["exec1", { kind: "receptor" }],
    ["node-1.example.org", { kind: "receptor" }],
    ["ssh://box", { ...plain, target: "box" }],
    ["ssh://root@box:2222", { ...plain, target: "root@box", port: "2222" }],
    ["ssh://box/opt/a b", { ...plain, target: "box", program: "/opt/a b" }],
    ["ssh://box/", { ...plain, target: "box" }],
    ["ssh://me@[fe80::1%eth0]:22", { ...plain, target: "me@fe80::1%eth0", port: "22" }],
  ] as const
) {
  Deno.test(`${name} is a node`, () => {
    assertEquals(parseNode(name) as unknown, { name, ...node });
  });
}

for (
  const name of [
    "",
    "a b",
    "a\n",
    'a"',
    "ssh://",
    "ssh://-oProxyCommand=x",
    "ssh://-l@box",
    "ssh://a b",
    "ssh://box:x",
    "ssh://box;reboot",
    "ssh://box/\x1b[2J",
    "http://box",
  ]
) {
  Deno.test(`${JSON.stringify(name)} is no node`, () => {
    assertThrows(() => parseNode(name), `Cannot use node ${JSON.stringify(name)}: expected `);
  });
}

Deno.test("each node has an ident of its own; a lone one that of the run", () => {
  const nodes = ["a", "ssh://b@c:22/x", "ssh://b@c:22//x", "b-c-22-x"].map(parseNode);
  assertEquals(identsOf("i", nodes), ["i-a", "i-b-c-22-x", "i-b-c-22-x-2", "i-b-c-22-x-3"]);
  assertEquals(identsOf("i", nodes.slice(1, 2)), ["i"]);
});
