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

for (
  const uuid of [
    "0123456789ab-4def-8abc-0123456789ab-",
    "01234567-89AB-4def-8abc-0123456789ab",
    "01234567-89ab-4def-8abc-0123456789ag",
    "01234567-89ab-4def-8abc-0123456789\u0131b",
    "0123456-789ab-4def-8abc-0123456789ab",
    "",
  ]
) {
  Deno.test(`FileIndex keeps the name of a file whose uuid is no plain one: ${uuid}`, () => {
    const index = new FileIndex();
    index.add(1, uuid);
    index.add(2, "01234567-89ab-4def-8abc-0123456789ab");
    assertEquals(index.nameAt(0), `1-${uuid}.json`);
    assertEquals(index.nameAt(1), "2-01234567-89ab-4def-8abc-0123456789ab.json");
  });
}
