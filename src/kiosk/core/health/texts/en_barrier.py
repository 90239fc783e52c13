"""Faults of barrier, loops and their board in English: name, cause, consequence, cure. No logic."""

from typing import Final

WORDS: Final = {
    "barrier.silent": (
        "The barrier's board does not answer",
        "The board has no power, its line is cut or its two wires are swapped: nothing answers at"
        " any speed, parity or address.",
        "The arm cannot be opened from here; the lane is out of service.",
        "Look at the board's power lamp, then at A and B: swap them if both are tight.",
    ),
    "barrier.wrong-baud": (
        "The barrier's board is set to another speed",
        "The board answers, but only at another line speed than the configured one.",
        "The arm cannot be opened from here; the lane is out of service.",
        "Set `baud` in [barrier] to the speed that was found, or set the board.",
    ),
    "barrier.wrong-parity": (
        "The barrier's board is set to another parity",
        "The board answers, but only with another parity than the configured one.",
        "The arm cannot be opened from here; the lane is out of service.",
        "Set the board to the parity of its model, as a rule none.",
    ),
    "barrier.wrong-unit": (
        "The barrier's board has another address",
        "A board answers on this line, but under another Modbus address than the configured one.",
        "The arm cannot be opened from here; the lane is out of service.",
        "Set `unit` in [barrier] to the address that was found, or set the board.",
    ),
    "barrier.refuses": (
        "The barrier's board refuses what it is asked",
        "The board answers with exceptions: it is another model than the configured one.",
        "The arm cannot be opened from here; the lane is out of service.",
        "Compare the label on the board with `model` in [barrier].",
    ),
    "barrier.noise": (
        "The barrier's line is noisy",
        "Replies arrive damaged: a loose or unshielded wire, no termination, or a motor cable"
        " beside the line.",
        "Cars are seen late, and the board may be lost at any time.",
        "Tighten A and B, ground the shield at one end, put 120 ohms at the line's ends.",
    ),
    "barrier.limits-swapped": (
        "The limit switches are swapped",
        "On OPEN the arm leaves the upper limit and reaches the lower one: the two wires are"
        " exchanged.",
        "An open arm counts as closed: no exit is ever finished, and no card payment taken.",
        "Exchange the wires of open_limit and closed_limit, or their keys in [barrier.wiring].",
    ),
    "barrier.limits-both": (
        "Both limit switches report at once",
        "The wires of both limit switches touch, or have a common fault in their supply.",
        "Where the arm is cannot be known; a person is called for each car.",
        "Part the wires at the board's inputs and look at each input's lamp.",
    ),
    "barrier.open-limit-dead": (
        "The upper limit switch never reports",
        "Cars drive under the raised arm, and the upper limit stays off: switch, cam or wire.",
        "No payment is taken although the arm opens; a person is called for each car.",
        "Raise the arm by the key and press the switch by hand while you watch its input.",
    ),
    "barrier.open-limit-stuck": (
        "The upper limit switch is stuck on",
        "The upper limit reports while the arm is down: a jammed switch or a wire to plus.",
        "The lane cannot tell whether the arm is open, and calls a person.",
        "Free the switch, or take its wire off: the input must go off.",
    ),
    "barrier.closed-limit-dead": (
        "The lower limit switch never reports",
        "The arm takes its whole way up, and had not reported that it was down: switch, cam or"
        " wire.",
        "The arm counts as open or jammed; needless pulses are given.",
        "Let the arm down and press the switch by hand while you watch its input.",
    ),
    "barrier.closed-limit-stuck": (
        "The lower limit switch is stuck on",
        "The lower limit still reports when the arm is up: a jammed switch or a wire to plus.",
        "Each opening ends as a wiring fault, and a person is called.",
        "Free the switch, or take its wire off: the input must go off.",
    ),
    "barrier.arm-slow": (
        "The arm moves slower than it did",
        "Both ways take longer than this arm's usual time: springs, motor, cold grease, wind.",
        "Every exit takes longer, and money may be let go before the arm is up.",
        "Balance the springs, grease the bearing, measure the motor's voltage and capacitor.",
    ),
    "barrier.arm-jammed": (
        "The arm stops half way",
        "Something is in the arm's way, or the motor gives up: it reports neither limit.",
        "Cars cannot leave, or the lane stands open.",
        "Free the arm, turn it by the crank once through its whole way, then open it by the key.",
    ),
    "barrier.no-movement": (
        "The arm does not move when it is told to",
        "The board confirmed the pulse, and the arm stayed down: a relay that sticks open, the wire"
        " to OPEN, or the barrier's motor is off.",
        "Cars cannot leave; held money is let go.",
        "Listen for the relay's click; bridge OPEN at the barrier: if it moves, replace the relay.",
    ),
    "barrier.stays-open": (
        "The arm does not come down behind the car",
        "The OPEN contact stays closed (a welded relay, a switch), or the barrier's own closing is"
        " off.",
        "Whoever comes next leaves without paying.",
        "Take the wire off OPEN: if the arm comes down, replace the relay; else set the barrier.",
    ),
    "barrier.arm-forced": (
        "The arm was lifted by hand",
        "The arm left its lower limit without a pulse, a key or a fire.",
        "A car may have left without paying.",
        "Look at the journal and the arm; set the barrier's lock if it has one.",
    ),
    "barrier.arm-swung-off": (
        "The arm was knocked out of its holder",
        "The arm's contact reports that it hangs free, as after a car that drove into it.",
        "The lane does not bar anybody's way.",
        "Refit the arm, and replace the shear pin.",
    ),
    "barrier.loop-chatter": (
        "A loop comes and goes without a car",
        "One loop reports more often than cars can: a loose loop wire, a crack in the road, two"
        " detectors on one frequency.",
        "The screen flickers, cars are announced that are not there, payments are given up.",
        "Tighten the loop's wires, twist its feeder, set another frequency, lower the sensitivity.",
    ),
    "barrier.arming-loop-stuck": (
        "The loop in front of the arm stays occupied",
        "Cars pass, and the loop never reports free: a detector that must be reset, or a stuck"
        " relay in it.",
        "The next car is not announced: it waits until its plate is read by chance.",
        "Press the detector's reset with the lane empty; replace the detector if it returns.",
    ),
    "barrier.arming-loop-dead": (
        "The loop in front of the arm does not see cars",
        "A car was read or passed, and the loop stayed free: tuned out, cut, or not sensitive"
        " enough.",
        "Cars stand at the barrier, and nothing happens.",
        "Measure the loop (below 5 ohms), reset the detector, raise its hold time to unlimited.",
    ),
    "barrier.safety-loop-stuck": (
        "The loop under the arm stays occupied",
        "Nobody can stand there: the arm is down, or cars drive on over it; the detector sticks.",
        "The barrier does not close by itself, or the lane waits for a car that is not there.",
        "Press the detector's reset with the lane empty; replace the detector if it returns.",
    ),
    "barrier.safety-loop-dead": (
        "The loop under the arm does not see cars",
        "Cars leave under the open arm, and the loop stays free: cut, or not sensitive enough.",
        "The arm may come down on a car, and stays of cars that left are not closed.",
        "Take the lane out of service, measure the loop (below 5 ohms), reset the detector.",
    ),
    "barrier.fire-input": (
        "The fire contact asks for an open lane",
        "The fire panel calls, or the wire to it is cut: the contact is closed at rest.",
        "The arm is held open, and nobody pays.",
        "Ask the panel; if it is quiet, mend the wire, then release the lane.",
    ),
}
