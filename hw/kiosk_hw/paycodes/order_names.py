"""What our order numbers are called at a gateway: reversible, and nothing in them is a plate."""

import re
from typing import Final

ORDER_ID: Final = re.compile(r"[0-9A-Za-z_-]{6,32}")
"""WeChat Pay takes 6 to 32 of these (and | *), so both gateways are held to them."""

_UNDERSCORED: Final = re.compile(r"_([hu])|[0-9A-Za-z]")


def is_order_id(text: str) -> bool:
    """Whether both gateways can be told this number."""
    return ORDER_ID.fullmatch(text) is not None


def without_hyphen(order_id: str) -> str:
    """`p-ab-01` as `p_hab_h01`: Alipay takes letters, digits and underscores, up to 64."""
    return order_id.replace("_", "_u").replace("-", "_h")


def with_hyphen(name: str) -> str | None:
    """The order number behind such a name; None for a name that is none of ours."""
    found = "".join(
        {"_h": "-", "_u": "_"}.get(part[0], part[0]) for part in _UNDERSCORED.finditer(name)
    )
    return found if is_order_id(found) and without_hyphen(found) == name else None
