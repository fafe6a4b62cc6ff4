import {
  argvToContainer,
  environmentToContainer,
  hostPathToContainer,
} from "../../../../src/command/container/paths.ts";
import { assertEquals } from "../../../testing/assert.ts";

const PAIRS = [
  { host: "/p", inside: "/runner" },
  { host: "/p/project", inside: "/project" },
  { host: "/tmp/x", inside: "/one", exact: true },
];

for (
  const [path, inside] of [
    ["/p", "/runner"],
    ["/p/env/a", "/runner/env/a"],
    ["/p/project/x.yml", "/project/x.yml"],
    ["/pp", "/pp"],
    ["/tmp/x", "/one"],
    ["/tmp/x/y", "/tmp/x/y"],
    ["p", "p"],
  ] as const
) {
  Deno.test(`hostPathToContainer makes ${path} ${inside}`, () => {
    assertEquals(hostPathToContainer(path, PAIRS), inside);
  });
}

Deno.test("argvToContainer rewrites paths, not texts that look like one", () => {
  const argv = ["ansible", "-i", "/p/inventory", "-a", "/p/x", "--vault-id", "dev@/p/v", "/p/y"];
  assertEquals(argvToContainer([...argv, "--inventory=/p/i", "--tags", "/p"], PAIRS), [
    ...["ansible", "-i", "/runner/inventory", "-a", "/p/x", "--vault-id", "dev@/runner/v"],
    ...["/runner/y", "--inventory=/runner/i", "--tags", "/p"],
  ]);
});

Deno.test("environmentToContainer rewrites the variables that are known to hold paths", () => {
  assertEquals(environmentToContainer({ ANSIBLE_ROLES_PATH: "/a:/p/roles", HOME: "/p" }, PAIRS), {
    ANSIBLE_ROLES_PATH: "/a:/runner/roles",
    HOME: "/p",
  });
});
