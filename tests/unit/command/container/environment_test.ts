import { assertEquals, assertThrows } from "../../../testing/assert.ts";
import { divideEnvironment, engineAddress } from "../../../../src/command/container/environment.ts";

Deno.test("divideEnvironment puts lines into the env file and the rest into a script", () => {
  const long = "x".repeat(60_001);
  assertEquals(divideEnvironment({ A: "b c", "A.B": "", "F%%": "#" }), {
    lines: ["A=b c", "A.B=", "F%%=#"],
    script: undefined,
  });
  assertEquals(divideEnvironment({ A: "1", L: "a\n'b'", R: "\r", X: long }), {
    lines: ["A=1"],
    script: `export L='a\n'\\''b'\\'''\nexport R='\r'\nexport X='${long}'\nexec "$@"\n`,
  });
});

Deno.test("divideEnvironment refuses what an engine or a shell would read as something else", () => {
  for (const name of ["AWS_*", "A B", "#A", "A\nB", "1", "-e", "A\tB"]) {
    assertThrows(() => divideEnvironment({ [name]: "v" }), "expected a variable name");
  }
  assertThrows(() => divideEnvironment({ "A.B": "1\n2" }), "expected a name of letters");
});

Deno.test("engineAddress takes what says where the engine is, and nothing else", () => {
  const address = { DOCKER_HOST: "unix:///a", CONTAINER_HOST: "", DOCKER_TLS_VERIFY: "1" };
  assertEquals(engineAddress({ ...address, DOCKER_CONFIG: "/c", LD_PRELOAD: "/l" }), address);
});
