"""How a relay board is taken over, new or back from a silence: outputs off, then inputs read."""

from typing import Final

from kiosk_hw.hosts.board.inputs import InputWatch
from kiosk_hw.hosts.board.jobs import BoardJobs
from kiosk_hw.hosts.board.open_contact import OpenContact
from kiosk_hw.hosts.modbus_host import ModbusHost
from kiosk_hw.hosts.modbus_jobs import Finished, Job
from kiosk_hw.modbus.messages import InputsRead
from kiosk_hw.ports.barrier import Inputs

FIRST_SAMPLES_MAX: Final = 10
"""Samples a first reading may take; a contact that still chatters then is read as it is."""


class BoardStart:
    """Runs the dialogue of one start on jobs that were answered; what failed, others judge."""

    def __init__(
        self, host: ModbusHost, watch: InputWatch, contact: OpenContact, jobs: BoardJobs
    ) -> None:
        self._host = host
        self._watch = watch
        self._contact = contact
        self._jobs = jobs
        self._to_clear: set[Job] = set()
        self._echoes_at_start = False
        self._samples = 0

    def begin(self, now: float) -> None:
        """Switch everything off; with the lane held open: OPEN on, and everything else off."""
        self._echoes_at_start = self._host.echoes
        held = self._contact.resume(now)
        clearing = self._jobs.all_off if held is None else self._jobs.others_off
        for job in clearing:
            self._host.submit(job, now)
        self._to_clear = set(clearing) if held is None else {held, *clearing}

    def answered(self, finished: Finished, now: float) -> Inputs | None:
        """One more job was answered. The first debounced reading ends the start."""
        if self._to_clear:
            self._to_clear.discard(finished.job)
            if not self._to_clear:
                self._watch.restart()
                self._samples = 0
                self._host.submit(self._jobs.poll, now)
            return None
        if not isinstance(finished.reply, InputsRead):
            return None
        if self._host.echoes and not self._echoes_at_start:
            # Only the adapter may have confirmed that the outputs are off, not the board.
            self.begin(now)
            return None
        self._samples += 1
        inputs = self._watch.first(finished.reply.packed, FIRST_SAMPLES_MAX - self._samples)
        if inputs is None:
            self._host.submit(self._jobs.poll, now)
        return inputs
