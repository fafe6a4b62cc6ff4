/**
 * Profiling files: ours, the original's, others', damaged ones.
 */
import { readSamples } from "../../../../src/history/profile/samples.ts";
import { assertEquals } from "../../../testing/assert.ts";

const UUID = "02fc0000-0001-6862-5bc0-000000000007";

function samplesOf(files: Record<string, string>): unknown {
  const dir = Deno.makeTempDirSync();
  try {
    for (const [name, text] of Object.entries(files)) {
      Deno.writeTextFileSync(`${dir}/${name}`, text);
    }
    Deno.symlinkSync("/etc/passwd", `${dir}/5-${UUID}-cpu.json`);
    return readSamples(dir, new Set([UUID]));
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
}

const RECORD = `\x1e{"timestamp": 12.5, "task_name": "x", "task_uuid": "${UUID}", "value": 3.5}\n`;
const SAMPLE = {
  task: { number: 0, uuid: UUID },
  name: "x",
  counter: "cpu",
  time: 12.5,
  value: 3.5,
};

const ROWS: readonly (readonly [string, Record<string, string>, unknown[]])[] = [
  ["ours", { [`0-${UUID}-cpu.json`]: RECORD + RECORD }, [SAMPLE, SAMPLE]],
  ["the original's", { [`${UUID}-0-pids.json`]: RECORD }, [{ ...SAMPLE, counter: "pids" }]],
  ["of another run", { "0-03fc0000-0001-6862-5bc0-000000000007-cpu.json": RECORD }, []],
  ["cut short", { [`0-${UUID}-cpu.json`]: RECORD + RECORD.slice(0, 30) }, [SAMPLE]],
  ["odd", { [`0-${UUID}-cpu.json`]: 'x\n[]\n{"timestamp": "1", "value": 1}\nnull' }, []],
  ["none", { "notes.txt": RECORD }, []],
];

for (const [title, files, expected] of ROWS) {
  Deno.test(`profiling files: ${title}`, () => assertEquals(samplesOf(files), expected));
}

Deno.test("samples: what is more than is read is told, files of other runs do not count", () => {
  const dir = Deno.makeTempDirSync();
  const most = { files: 2, fileBytes: 1000, bytes: 1500, samples: 5 };
  const read = (limits: Partial<typeof most> = {}): [number, number] => {
    let cuts = 0;
    const samples = readSamples(dir, new Set([UUID]), {
      most: { ...most, ...limits },
      onCut: () => cuts++,
    });
    return [samples.length, cuts];
  };
  try {
    for (let n = 0; n < 9; n++) {
      Deno.writeTextFileSync(`${dir}/${n}-03fc0000-0001-6862-5bc0-000000000007-cpu.json`, RECORD);
    }
    for (const n of [0, 1]) {
      Deno.writeTextFileSync(`${dir}/${n}-${UUID}-cpu.json`, RECORD.repeat(2 + n));
    }
    assertEquals(read(), [5, 0]);
    assertEquals(read({ samples: 4 }), [4, 1]);
    assertEquals(read({ files: 1 }), [2, 1]);
    assertEquals(read({ fileBytes: RECORD.length * 2 }), [4, 1]);
    assertEquals(read({ bytes: RECORD.length * 3 }), [3, 1]);
  } finally {
    Deno.removeSync(dir, { recursive: true });
  }
});

Deno.test("a directory that is not there has no samples", () => {
  assertEquals(readSamples("/nonexistent", new Set([UUID])), []);
});
