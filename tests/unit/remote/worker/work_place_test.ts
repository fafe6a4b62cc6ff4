import { WorkPlace } from "../../../../src/remote/worker/work_place.ts";
import { assertEquals } from "../../../testing/assert.ts";
import { withDir } from "../../../testing/zips.ts";

for (const isDeleted of [true, false]) {
  Deno.test(
    `a link to artifacts elsewhere ${isDeleted ? "goes" : "stays"} in a directory that ${
      isDeleted ? "is removed" : "is kept"
    }`,
    async () => {
      await using dir = await withDir();
      const elsewhere = `${dir.path}/elsewhere`;
      Deno.mkdirSync(elsewhere);
      const privateDataDir = `${dir.path}/job`;
      using place = new WorkPlace({ privateDataDir, isDeleted });
      place.keepArtifactsInside();
      Deno.symlinkSync(elsewhere, `${privateDataDir}/artifacts`);
      place.keepArtifactsInside();
      const names = Array.from(Deno.readDirSync(privateDataDir), ({ name }) => name);
      assertEquals(names, isDeleted ? [] : ["artifacts"]);
      assertEquals(Deno.statSync(elsewhere).isDirectory, true);
    },
  );
}
