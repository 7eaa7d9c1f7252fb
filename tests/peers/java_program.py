# SPDX-License-Identifier: MIT
"""A Java program of Apache Kafka's jars that runs beside a test: Connect, MirrorMaker, Streams.
Small heaps and one compiler: the machine has other work."""
import pathlib
import signal
import subprocess
import time

from apache_kafka import LIBS

OPTIONS = ["-Xmx192M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
           "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
STOP_SECONDS_MAX = 60


class JavaProgram:
    def __init__(self, log, main, *arguments):
        """main: a class in the jars, or a source file; what it prints goes to the file `log`."""
        self.log = pathlib.Path(log)
        self.command = ["java", *OPTIONS, "-cp", f"{LIBS}/*", str(main), *map(str, arguments)]
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL)
        return self

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(STOP_SECONDS_MAX)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def await_true(self, holds, what, seconds=180):
        """Until it holds; fails when the program has ended before."""
        end = time.monotonic() + seconds
        while not holds():
            assert self.process.poll() is None, f"{what}: it has ended\n{self.tail()}"
            assert time.monotonic() < end, f"{what}: not within {seconds} s\n{self.tail()}"
            time.sleep(0.2)

    def tail(self):
        return self.log.read_text(errors="replace")[-3000:]
