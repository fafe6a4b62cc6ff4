import { isPythonScript, tunePython } from "../../../src/command/python_tuning.ts";
import { assertEquals } from "../../testing/assert.ts";
import { usingDir } from "../../testing/runs.ts";

const HEADS: readonly (readonly [string, boolean])[] = [
  ["#!/usr/bin/python3\nimport x\n", true],
  ["#! /usr/bin/python3\n", true],
  ["#!/usr/bin/env python2.7\n", true],
  ["#!/usr/bin/python3.12 -sP\n", true],
  ['#!/bin/sh\n\'\'\'exec\' "/a long/venv/bin/python3.11" "$0" "$@"\n', true],
  ["#!/bin/sh\n'''exec' /srv/venv/bin/python \"$0\" \"$@\"\n", true],
  ["#!/usr/bin/python3 -I\n", false],
  ["#!/usr/bin/python3 -sE\n", false],
  ["#!/usr/bin/python3 -B -S\n", false],
  ["#!/usr/bin/pythonista\n", false],
  ['#!/bin/sh\nexec python3 "$0.py"\n', false],
  ["#!/bin/bash\n# python3\n", false],
  ["\x7fELF\n", false],
  ["", false],
];

for (const [head, expected] of HEADS) {
  Deno.test(`isPythonScript says ${expected} of ${JSON.stringify(head)}`, () => {
    assertEquals(isPythonScript(head), expected);
  });
}

Deno.test("tunePython lays its directory before the user's, for Python scripts alone", async () => {
  await usingDir((root) => {
    const dir = `${root}/python`;
    const script = (text: string) => {
      Deno.writeTextFileSync(`${root}/program`, text);
      return `${root}/program`;
    };
    const shell = { program: script("#!/bin/sh\n"), env: { A: "b" }, dir };
    assertEquals(tunePython(shell), { A: "b" });
    const program = script("#!/usr/bin/python3\n");
    assertEquals(tunePython({ program, env: { PYTHONPATH: "" }, dir }), { PYTHONPATH: "" });
    assertEquals(tunePython({ program, env: {}, dir: `${root}/12:30` }), {});
    assertEquals(tunePython({ program: `${root}/none`, env: {}, dir }), {});
    assertEquals(tunePython({ program, env: {}, dir: `${root}/none/python` }), {});
    assertEquals([...Deno.readDirSync(root)].map(({ name }) => name), ["program"]);
    const env = { PYTHONPATH: "/theirs" };
    assertEquals(tunePython({ program, env, dir }), { PYTHONPATH: `${dir}:/theirs` });
    assertEquals((Deno.statSync(dir).mode ?? 0) & 0o777, 0o700);
    return Promise.resolve();
  });
});
