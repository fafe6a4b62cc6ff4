# Starts one program on the terminal it is run on, exactly as a launch file says, and leaves how it ended in a file.
#
# `script -c` cannot carry odd environment names, long arguments or the way a child died, so the terminal runs this
# instead: python3 -I -S launcher.py LAUNCH_FILE. The launch file is NUL-separated and removed once read.
# With a second argument "pty" it makes the terminal itself, for hosts without util-linux `script`: others are spared
# that part. With "exec" it becomes the program, between the pipes it was given.
import sys

# The C modules themselves: `os`, `signal` and `ctypes` take 7 ms to import, half of our own start.
import posix as os
import _signal as signal


def read_launch(path):
    with open(path, "rb") as f:
        fields = f.read().split(b"\0")
    os.unlink(path)
    status, program, cwd, rows, cols, argc, envc, hiddenc = fields[:8]
    end_argv = 8 + int(argc)
    end_env = end_argv + int(envc)
    end_hidden = end_env + int(hiddenc)
    argv = fields[8:end_argv]
    env = {}
    for item in fields[end_argv:end_env]:
        name, _, value = item.partition(b"=")
        env[name] = value
    hidden = fields[end_env:end_hidden]
    groups = fields[end_hidden:]
    return status, program, cwd, (int(rows), int(cols)), argv, env, hidden, groups


def prctl(*args):
    # Where it cannot be called the run just loses this protection.
    try:
        import _ctypes
        return _ctypes.call_function(_ctypes.dlsym(_ctypes.dlopen(None, 2), "prctl"), args)
    except Exception:
        pass
    try:
        import ctypes
        return ctypes.CDLL(None).prctl(*args)
    except Exception:
        return -1


PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def leave_no_core():
    # The program keeps its own limit; our memory has its whole environment.
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except Exception:
        pass


def set_terminal(size):
    import fcntl
    import termios
    try:
        window = b"".join(n.to_bytes(2, sys.byteorder) for n in size + (0, 0))
        fcntl.ioctl(0, termios.TIOCSWINSZ, window)
        attributes = termios.tcgetattr(0)
        attributes[3] &= ~termios.ECHO
        termios.tcsetattr(0, termios.TCSANOW, attributes)
    except (OSError, termios.error):
        pass


def enter_groups(groups):
    # The program alone is measured in its cgroups, with all it starts: not we, nor the terminal.
    for path in groups:
        fd = os.open(path, os.O_WRONLY)
        os.write(fd, b"0")
        os.close(fd)


def hand_over(status_path, words):
    # Arguments with secrets, as descriptor 3: those in argv are for all to read.
    if not words:
        return
    try:
        fd = os.memfd_create("args", 0)
    except (AttributeError, OSError):
        path = status_path + b".args"
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        os.unlink(path)
    write_all(fd, b"".join(word + b"\0" for word in words))
    os.lseek(fd, 0, 0)
    if fd == 3:
        os.set_inheritable(fd, True)
    else:
        os.dup2(fd, 3)


def become(launch):
    status_path, program, cwd, _, argv, env, hidden, groups = launch
    enter_groups(groups)
    hand_over(status_path, hidden)
    os.chdir(cwd)
    os.execve(program, argv, env)


def leave(path, text):
    # Where the directory is gone our exit code must do.
    try:
        fd = os.open(path + b".new", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(fd, text)
        os.close(fd)
        os.rename(path + b".new", path)
    except OSError:
        pass


def exists(path):
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def to_bytes(text):
    return text.encode("utf-8", "surrogateescape")


def kill_descendants(number, frame):
    # Orphans come to us, so that sooner or later all are our children, whatever session they are in.
    import time
    end = time.monotonic() + 2
    while time.monotonic() < end:
        below = descendants(os.getpid())
        for pid in below:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except OSError:
            break
        time.sleep(0.005)
    os._exit(1)


def descendants(root):
    children = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % name, "rb") as f:
                parent = int(f.read().rpartition(b")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
        children.setdefault(parent, []).append(int(name))
    found = []
    waiting = [root]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def run_program(launch):
    status_path, size = launch[0], launch[3]
    parent = os.getppid()
    # When the terminal's end, or the runner's, takes our parent: all below us goes with it.
    signal.signal(signal.SIGUSR1, kill_descendants)
    prctl(PR_SET_PDEATHSIG, signal.SIGUSR1)
    if os.getppid() != parent:
        os._exit(1)
    # Double-forked children come to us, so that a cancel finds all of them below one process.
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    set_terminal(size)
    pid = os.fork()
    if pid == 0:
        try:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            for number in range(1, signal.NSIG):
                try:
                    signal.signal(number, signal.SIG_DFL)
                except (OSError, ValueError):
                    pass
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            become(launch)
        except OSError as error:
            leave(status_path, b"error %d %s" % (error.errno, to_bytes(error.strerror)))
            os._exit(126)
        finally:
            os._exit(126)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    leave_no_core()
    while True:
        child, status = os.wait()
        if child == pid:
            break
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        leave(status_path, b"signal %d" % number)
        os._exit(128 + number)
    code = os.WEXITSTATUS(status)
    if not (code == 126 and exists(status_path)):
        leave(status_path, b"exit %d" % code)
    os._exit(code)


def write_all(fd, data):
    while data:
        data = data[os.write(fd, data):]


# part: pty
def bridge(launch):
    # Our own terminal between the pipes we were given: what `script` does.
    import fcntl
    import select
    import termios
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    master, slave = os.openpty()
    child = os.fork()
    if child == 0:
        os.close(master)
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for fd in (0, 1, 2):
            os.dup2(slave, fd)
        if slave > 2:
            os.close(slave)
        run_program(launch)
    os.close(slave)
    ended, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    sources = [master, 0, ended]
    status = None
    while status is None:
        pid, state = os.waitpid(child, os.WNOHANG)
        if pid:
            status = state
            break
        ready, _, _ = select.select(sources, [], [])
        if ended in ready:
            os.read(ended, 512)
        if master in ready and not forward(master):
            # All has been said; what is left is the end itself.
            sources.remove(master)
        if 0 in ready:
            data = os.read(0, 65536)
            if data:
                write_all(master, data)
            else:
                sources.remove(0)
    # A daemon that keeps the terminal open is not waited for: only the last words of the program are.
    for _ in range(1000):
        if not select.select([master], [], [], 0.01)[0] or not forward(master):
            break
    os._exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def forward(master):
    try:
        data = os.read(master, 65536)
    except OSError:
        data = b""
    if data:
        write_all(1, data)
    return data


# end of part
def main():
    launch = read_launch(sys.argv[1])
    if sys.argv[2:] == ["pty"]:
        bridge(launch)
    elif sys.argv[2:] == ["exec"]:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        try:
            become(launch)
        except OSError as error:
            write_all(2, b"%s: %s\n" % (launch[4][0], to_bytes(error.strerror)))
            os._exit(126)
    else:
        run_program(launch)


main()
