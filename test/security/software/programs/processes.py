"""Threads, processes, signals, sockets and locks of Python."""
import asyncio
import ctypes
import fcntl
import mmap
import multiprocessing
import os
import pty
import resource
import select
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor


def threads():
    lock, total = threading.Lock(), [0]

    def add(number):
        with lock:
            total[0] += number

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(1000)))
    return total[0]


def square(number):
    return number * number


def processes():
    with multiprocessing.Pool(4) as pool:
        return sum(pool.map(square, range(100)))


def children():
    done = subprocess.run(["tr", "a-z", "A-Z"], input="shout", text=True, capture_output=True, check=True)
    killed = subprocess.Popen(["sleep", "100"])
    killed.kill()
    return done.stdout, killed.wait()


def signals():
    seen = []
    signal.signal(signal.SIGALRM, lambda number, frame: seen.append(number))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.pause()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    os.kill(os.getpid(), signal.SIGUSR1)
    seen.append(signal.sigtimedwait({signal.SIGUSR1}, 5).si_signo)
    return seen


def sockets():
    left, right = socket.socketpair()
    left.sendall(b"unix")
    server = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(server.getsockname())
    taken, _ = server.accept()
    six = socket.create_server(("::1", 0), family=socket.AF_INET6)
    datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagram.bind(("127.0.0.1", 0))
    datagram.sendto(b"udp", datagram.getsockname())
    client.sendall(b"tcp")
    with select.epoll() as poll:
        poll.register(taken, select.EPOLLIN)
        events = len(poll.poll(5))
    six.close()
    return right.recv(10), taken.recv(10), datagram.recv(10), events


def files():
    with tempfile.TemporaryFile() as file:
        file.truncate(8192)
        fcntl.lockf(file, fcntl.LOCK_EX)
        with mmap.mmap(file.fileno(), 8192) as view:
            view[:3] = b"map"
        file.seek(0)
        first = file.read(3)
    memory = os.memfd_create("memory")
    os.write(memory, b"12345")
    with tempfile.TemporaryDirectory() as folder:
        watched = ctypes.CDLL(None).inotify_init1(0)
        os.setxattr(folder, "user.mark", b"value")
        return first, os.fstat(memory).st_size, watched > 0, os.getxattr(folder, "user.mark")


def terminal():
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp("tty", ["tty"])
    line = os.read(fd, 100)
    return line.startswith(b"/dev/pts/"), os.waitpid(pid, 0)[1]


def database():
    with sqlite3.connect(os.path.join(tempfile.mkdtemp(), "data")) as connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute("create table numbers (number integer)")
        connection.executemany("insert into numbers values (?)", [(n,) for n in range(100)])
        return connection.execute("select sum(number) from numbers").fetchone()[0]


def limits():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 512), hard))
    os.sched_yield()
    os.nice(1)
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] <= 512 and time.monotonic() > 0


async def later():
    process = await asyncio.create_subprocess_exec("true")
    await asyncio.sleep(0.01)
    return await process.wait()


if __name__ == "__main__":
    print("threads", threads())
    print("processes", processes())
    print("children", *children())
    print("signals", *signals())
    print("sockets", *sockets())
    print("files", *files())
    print("terminal", *terminal())
    print("database", database())
    print("limits", limits())
    print("asyncio", asyncio.run(later()))
