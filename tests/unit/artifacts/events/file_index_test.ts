import { FileIndex } from "../../../../src/artifacts/events/file_index.ts";
import { assertEquals } from "../../../testing/assert.ts";

Deno.test("FileIndex keeps the names of many event files, odd ones too", () => {
  const index = new FileIndex();
  const names: string[] = [];
  for (let counter = 1; counter <= 200; counter++) {
    // Ansible repeats the uuid of a task with a number at its end.
    const uuid = crypto.randomUUID() + (counter % 50 === 0 ? "_2" : "");
    index.add(counter, uuid);
    names.push(`${counter}-${uuid}.json`);
  }
  assertEquals(index.length, 200);
  assertEquals(Array.from(names, (_, at) => index.nameAt(at)), names);
});
