"""The virtual shell: host, devices and world in one thread, on a clock that jumps.

No sleep, no thread, no real port: time goes straight to the next thing that is due. One seed gives
one identical timeline of bytes, which `timeline_sha256` proves on any machine.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Final

from kiosk_hw.ports.party import NEVER
from kiosk_sim.wires.joint import Joint
from kiosk_sim.wires.sides import ClosingSide, DeviceSide, HostSide, Surroundings, Watcher

STEPS_PER_SECOND_MAX: Final = 5_000
"""Steps that one simulated second may take; a livelock stops here instead of never."""

STEPS_SPARE: Final = 10_000
"""Steps allowed on top, however short the run."""

COMMIT_S: Final = 0.0005
"""How long the store takes for a batch: an fsync of a good disk, and then some."""


class Livelock(Exception):
    """The parties kept each other busy without time going on."""


_HOST: Final = 0
_STORE: Final = 1
_WORLD: Final = 2
_JOINTS: Final = 3


class VirtualShell:
    """Runs one host against simulated devices; `now` is the simulated time in seconds."""

    def __init__(
        self,
        host: HostSide,
        devices: Mapping[str, DeviceSide],
        world: Surroundings,
        *,
        watchers: Mapping[str, Watcher] | None = None,
        piece: int = 0,
        commit_s: float = COMMIT_S,
    ) -> None:
        self.host = host
        self.world = world
        self.now = 0.0
        self.steps = 0
        self._piece = piece
        self.commit_s = commit_s
        """How long the store takes for a batch."""
        watchers = watchers or {}
        self._joints = [
            Joint(name, device, _JOINTS + 3 * n, watchers.get(name))
            for n, (name, device) in enumerate(devices.items())
        ]
        self._web = [joint for joint in self._joints if joint.closes is not None]
        self._by_name = {joint.name: joint for joint in self._joints}
        self._due = [NEVER] * (_JOINTS + 3 * len(self._joints))
        self._handlers = self._wire_up()
        self._timeline = sha256()
        self._due[_WORLD] = world.deadline()

    def __repr__(self) -> str:
        return f"<VirtualShell now={self.now:.3f} steps={self.steps} {self.host!r}>"

    # Plugs and processes.

    def plug(self, *names: str) -> None:
        """Plug ports in (all when none is named): both ends notice."""
        for joint in self._chosen(names):
            joint.plugged = True
            joint.device.connected(self.now)
            self.host.connected(joint.name, self.now)
            self._look_at_device(joint, self.now)
        self._look_at_host(self.now)

    def unplug(self, *names: str) -> None:
        """Pull plugs: what is under way is lost, both ends notice."""
        for joint in self._chosen(names):
            joint.plugged = False
            self._cut(joint)
            joint.device.disconnected(self.now)
            self.host.disconnected(joint.name, self.now)
            self._look_at_device(joint, self.now)
        self._look_at_host(self.now)

    def restart_host(self, host: HostSide) -> None:
        """The host's process died and comes up as `host`: what was on its way to it is lost."""
        self.host = host
        self._due[_STORE] = NEVER
        for joint in self._joints:
            joint.to_host.cut()
            self._due[joint.at_host] = NEVER
            joint.device.disconnected(self.now)
        self.plug()

    def touched(self) -> None:
        """Call after the world, a device or the host was acted upon from outside."""
        self._due[_WORLD] = self.world.deadline()
        for joint in self._joints:
            self._look_at_device(joint, self.now)
        self._look_at_host(self.now)

    def host_touched(self) -> None:
        """Call after the host alone was told something, also from within a step of the world."""
        self._look_at_host(self.now)

    def disturb(self, name: str, way: Callable[[bytes], bytes] | None) -> None:
        """What both directions of this port's line do to bytes from now on."""
        joint = self._by_name[name]
        joint.to_device.disturb = joint.to_host.disturb = way

    # Time.

    def run(self, until_s: float, done: Callable[[], bool] | None = None) -> None:
        """Let time go on to `until_s`, or until `done` says so after some step.

        Raises Livelock when more than `STEPS_PER_SECOND_MAX` steps a second are taken.
        """
        due, handlers = self._due, self._handlers
        for _ in range(STEPS_SPARE + int((until_s - self.now) * STEPS_PER_SECOND_MAX)):
            at = min(due)
            if at > until_s:
                self.now = until_s
                return
            if at > self.now:
                self.now = at
            self.steps += 1
            handlers[due.index(at)](self.now)
            if done is not None and done():
                return
        raise Livelock(f"{self.steps} steps by {self.now:.3f} s: {self.host!r}")

    def timeline_sha256(self) -> str:
        """The hash of every delivery so far: time in microseconds, port, direction, bytes."""
        return self._timeline.hexdigest()

    # Inside.

    def _wire_up(self) -> Sequence[Callable[[float], None]]:
        handlers: list[Callable[[float], None]] = [self._tick_host, self._store, self._tick_world]
        for joint in self._joints:
            handlers += [
                partial(self._reach_device, joint),
                partial(self._reach_host, joint),
                partial(self._tick_device, joint),
            ]
        return handlers

    def _tick_host(self, now: float) -> None:
        self.host.tick(now)
        self._look_at_host(now)

    def _store(self, now: float) -> None:
        self._due[_STORE] = NEVER
        self.host.carry_out(now)
        self._look_at_host(now)

    def _tick_world(self, now: float) -> None:
        self.world.tick(now)
        self._due[_WORLD] = self.world.deadline()
        for joint in self._joints:
            self._due[joint.tick] = joint.device.deadline()

    def _reach_device(self, joint: Joint, now: float) -> None:
        data = joint.to_device.take()
        self._due[joint.at_device] = joint.to_device.due
        self._timeline.update(b"%d%b%b\n" % (round(now * 1_000_000), joint.tag_out, data))
        joint.device.receive(data, now)
        self._look_at_device(joint, now)

    def _reach_host(self, joint: Joint, now: float) -> None:
        data = joint.to_host.take()
        self._due[joint.at_host] = joint.to_host.due
        self._timeline.update(b"%d%b%b\n" % (round(now * 1_000_000), joint.tag_in, data))
        self.host.receive(joint.name, data, now)
        self._look_at_host(now)
        if joint.closes is not None:
            self._look_at_link(joint, joint.closes, now)

    def _tick_device(self, joint: Joint, now: float) -> None:
        joint.device.tick(now)
        self._look_at_device(joint, now)

    def _look_at_device(self, joint: Joint, now: float) -> None:
        device, due = joint.device, self._due
        data = device.bytes_to_send()
        if data and joint.plugged:
            line = self.host.line(joint.name)
            joint.to_host.put(data, now, device.line, line, self._piece)
            due[joint.at_host] = joint.to_host.due
        due[joint.tick] = device.deadline()
        if joint.closes is not None:
            self._look_at_link(joint, joint.closes, now)
        if joint.after is not None:
            joint.after(now)
        due[_WORLD] = self.world.deadline()

    def _look_at_host(self, now: float) -> None:
        host, due = self.host, self._due
        if host.outbox:
            self._carry_off(host.outbox, now)
        if host.settle(now) and due[_STORE] == NEVER:
            due[_STORE] = now + self.commit_s
        due[_HOST] = host.deadline()
        for joint in self._web:
            if joint.plugged and host.hangs_up(joint.name):
                self._renew(joint, now)

    def _carry_off(self, outbox: dict[str, bytes], now: float) -> None:
        for name, data in outbox.items():
            joint = self._by_name[name]
            if joint.plugged:
                line = self.host.line(name)
                joint.to_device.put(data, now, line, joint.device.line, self._piece)
                self._due[joint.at_device] = joint.to_device.due
        outbox.clear()

    def _look_at_link(self, joint: Joint, device: ClosingSide, now: float) -> None:
        """A link that the device has closed is there anew once its last bytes have arrived."""
        if device.hung_up and joint.plugged and joint.to_host.due == NEVER:
            self._renew(joint, now)

    def _renew(self, joint: Joint, now: float) -> None:
        """One end has closed the link: what was on the way is lost, and it is made anew."""
        self._cut(joint)
        joint.device.disconnected(now)
        self.host.disconnected(joint.name, now)
        joint.device.connected(now)
        self.host.connected(joint.name, now)
        self._due[joint.tick] = joint.device.deadline()
        self._look_at_host(now)

    def _cut(self, joint: Joint) -> None:
        joint.to_device.cut()
        joint.to_host.cut()
        self._due[joint.at_device] = self._due[joint.at_host] = NEVER

    def _chosen(self, names: tuple[str, ...]) -> list[Joint]:
        return [self._by_name[name] for name in names] if names else self._joints
