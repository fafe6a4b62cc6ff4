import { zmqTargetOf } from "../../../../src/emitters/zmq/zmq_settings.ts";
import { assert, assertEquals, assertMatch, assertThrows } from "../../../testing/assert.ts";

Deno.test("zmqTargetOf reads sockets and addresses", () => {
  const push = { type: "push", isBound: false, login: undefined };
  for (
    const [runnerZmqUrl, address] of [
      ["tcp://h.example:5555", { transport: "tcp", hostname: "h.example", port: 5555 }],
      ["tcp://[::1]:1", { transport: "tcp", hostname: "::1", port: 1 }],
      ["ipc:///run/x.sock", { transport: "unix", path: "/run/x.sock" }],
    ] as const
  ) assertEquals(zmqTargetOf({ runnerZmqUrl }), { ...push, type: "push", address });
  const bound = zmqTargetOf({
    runnerZmqUrl: "tcp://*:5",
    runnerZmqType: "pub",
    runnerZmqBind: true,
  });
  assertEquals(bound?.address, { transport: "tcp", hostname: "0.0.0.0", port: 5 });
  assertEquals([bound?.type, bound?.isBound], ["pub", true]);
  assertEquals(zmqTargetOf({}), undefined);
});

Deno.test("zmqTargetOf refuses what is no address, and shows no password", () => {
  for (
    const runnerZmqUrl of [
      "nonsense",
      "udp://h:1",
      "tcp://h",
      "tcp://*:1",
      "tcp://h:99999",
      "ipc://x",
    ]
  ) {
    const error = assertThrows(() => zmqTargetOf({ runnerZmqUrl }), "Cannot use runner_zmq_url: ");
    assert(error.message.includes(JSON.stringify(runnerZmqUrl)));
  }
  // As with HTTP, which ZeroMQ does not know.
  const login = assertThrows(() => zmqTargetOf({ runnerZmqUrl: "tcp://me:sss@h:1" }));
  assertMatch(login.message, /, got "tcp:\/\/\*{8}@h:1"$/);
  const url = { runnerZmqUrl: "tcp://h:1" };
  const secret = "s".repeat(256);
  const error = assertThrows(
    () => zmqTargetOf({ ...url, runnerZmqUsername: "u", runnerZmqPassword: secret }),
    "Cannot use runner_zmq_password: expected at most 255 bytes",
  );
  assert(!error.message.includes("sss"));
  assertThrows(
    () => zmqTargetOf({ ...url, runnerZmqPassword: "x" }),
    "expected runner_zmq_username with it",
  );
});
