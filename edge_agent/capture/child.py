"""Starts, hears and ends a capture process, seen from its parent."""

import contextlib
import json
import os
import select
import subprocess
import sys

from edge_agent.capture.process import CaptureOrder, CaptureReport

STOP_S = 2.0
"""Seconds that a process gets to close its camera before it is killed."""


class CaptureChild:
    """One running capture process; `end` must be called."""

    def __init__(self, order: CaptureOrder) -> None:
        """Start it; a fresh interpreter that imports OpenCV and the camera, not the edge."""
        orders_out, orders_in = os.pipe()
        reports_out, reports_in = os.pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "edge_agent.capture.process"],
                stdin=orders_out,
                stdout=reports_in,
                pass_fds=(order.descriptor,),
                process_group=0,  # a Ctrl-C at the terminal is for the parent alone
            )
        except OSError:
            os.close(orders_in)
            os.close(reports_out)
            raise
        finally:
            os.close(orders_out)
            os.close(reports_in)
        self._orders, self._reports = orders_in, reports_out
        with contextlib.suppress(BrokenPipeError):  # it died at once: there will be no report
            os.write(self._orders, order.encoded())

    @property
    def process_id(self) -> int:
        """As the operating system counts."""
        return self._process.pid

    def report(self, wait_s: float) -> CaptureReport | None:
        """Wait so long for its report; None while it goes on, broken when it died without a word."""
        if not select.select([self._reports], [], [], wait_s)[0]:
            return None
        line = os.read(self._reports, 65536)
        try:
            fields = json.loads(line)
            return CaptureReport(str(fields["outcome"]), str(fields["detail"]))
        except (ValueError, KeyError, TypeError):
            return CaptureReport("broken", f"the capture process died ({self._exit_status()})")

    def end(self) -> None:
        """Let it close its camera, then kill it if it has not gone."""
        os.close(self._orders)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._reports)

    def kill(self) -> None:
        """Kill it at once: it hangs."""
        self._process.kill()

    def _exit_status(self) -> str:
        try:
            status = self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            return "closed its output"
        return f"signal {-status}" if status < 0 else f"exit status {status}"
