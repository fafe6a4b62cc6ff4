import {
  containerNote,
  generatedFileName,
  INCOMPLETE_SUFFIX,
  kindOfRemains,
  parseContainerNote,
  REMAINS_PREFIX,
} from "../../src/remains.ts";
import { assertEquals } from "../testing/assert.ts";

Deno.test("a clearer knows every kind by the name that its maker gives", () => {
  for (const kind of ["callback", "agent", "sandbox", "registry", "project"] as const) {
    const path = `/tmp/${REMAINS_PREFIX[kind]}01ab`;
    assertEquals(kindOfRemains(path), kind);
    assertEquals(kindOfRemains(path + INCOMPLETE_SUFFIX), kind);
  }
  const id = crypto.randomUUID();
  assertEquals(kindOfRemains(`/p/${generatedFileName(id, "")}`), "generated");
  assertEquals(kindOfRemains(`/p/${generatedFileName(id, ".json")}`), "generated");
  assertEquals(kindOfRemains("/p/made/"), "generated");
  const address = { DOCKER_HOST: "ssh://a@b?c&d=e", DOCKER_TLS_VERIFY: "" };
  for (const where of [{}, address]) {
    const noted = { engine: "podman", name: `${REMAINS_PREFIX.container}x`, address: where };
    const note = containerNote(noted);
    assertEquals(kindOfRemains(note), "container");
    assertEquals(parseContainerNote(note), noted);
  }
});

Deno.test("what no run names is of no kind", () => {
  for (const path of ["/etc/passwd", "/p/.runner-mine.json", "/tmp/x_ansible_runner_pi_1"]) {
    assertEquals(kindOfRemains(path), undefined, path);
  }
  for (const note of ["container:sh:ansible_runner_x", "container:podman:web", "container::"]) {
    assertEquals(parseContainerNote(note), undefined, note);
  }
});
