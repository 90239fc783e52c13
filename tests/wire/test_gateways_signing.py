"""Signatures, ciphers, forms and amounts, against published vectors and the openssl program."""

import base64
import subprocess
from pathlib import Path
from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_hw.paycodes import alipay_signing, fields, form_coding, freshness, wechat_signing
from kiosk_hw.paycodes.alipay_signing import split_answer
from kiosk_hw.paycodes.fields import FieldFault
from kiosk_hw.paycodes.messages import Stamp
from kiosk_hw.paycodes.order_names import is_order_id, with_hyphen, without_hyphen
from kiosk_hw.paycodes.rsa_keys import RSA_BITS_MAX, platform_key, signing_key
from wire.gateway_keys import (
    NOW_S,
    PLATFORM_ID,
    private_pem,
    public_pem,
    signature,
    wechat_answer,
    wechat_merchant,
)

# wechatpay-go, core/auth/verifiers/sha256withrsa_pubkey_verifier_test.go: key, text, signature.
PUBLISHED_KEY = b"""-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2VCTd91fnUn73Xy9DLvt
/V62TVxRTEEstVdeRaZ3B3leO0pldE806mXO4RwdHXagHQ4vGeZN0yqm++rDsGK+
U3AH7kejyD2pXshNP9Cq5YwbptiLGtjcquw4HNxJQUOmDeJf2vg6byms9RUipiq4
SzbJKqJFlUpbuIPDpSpWz10PYmyCNeDGUUK65E5h2B834uxl1zNLYQCrkdBzb8oU
xwYeP5a2DNxmjL5lsJML7DGr5znsevnoqGRwTm9fxCGfy8wus7hwKz6clt3Whmmd
a7UAdb1c08hEQFVRbF14AR73xbnd8N0obCWJPCbzMCtkaSef4FdEEgEXJiw0VAJT
8wIDAQAB
-----END PUBLIC KEY-----
"""
PUBLISHED_SIGNATURE = (
    "BKyAfU4iMCuvXMXS0Wzam3V/cnxZ+JaqigPM5OhljS2iOT95OO6Fsuml2JkFANJU9K6q9bLlDhPXuoVz+pp4hAm6"
    "pHU4ld815U4jsKu1RkyaII+1CYBUYC8TK0XtJ8FwUXXz8vZHh58rrAVN1XwNyvD1vfpxrMT4SL536GLwvpUHlCqI"
    "MzoZUguLli/K8V29QiOhuH6IEqLNJn8e9b3nwNcQ7be3CzYGpDAKBfDGPCqCv8Rw5zndhlffk2FEA70G4hvMwe51"
    "qMN/RAJbknXG23bSlObuTCN7Ndj1aJGH6/L+hdwfLpUtJm4QYVazzW7DFD27EpSQEqA8bX9+8m1rLg=="
)


def test_a_published_signature_verifies_and_none_beside_it() -> None:
    key = platform_key("F5765756002FDD77", PUBLISHED_KEY)
    assert key.verifies(b"source", PUBLISHED_SIGNATURE)
    assert not key.verifies(b"source ", PUBLISHED_SIGNATURE)
    assert not key.verifies(b"source", PUBLISHED_SIGNATURE[:-4])
    assert not key.verifies(b"source", "WECHATPAY/SIGNTEST/" + PUBLISHED_SIGNATURE[19:])
    assert not key.verifies(b"source", "")
    assert not key.verifies(b"source", "A" * 100_000)


def test_openssl_makes_and_takes_the_very_same_signature(tmp_path: Path) -> None:
    text = b"GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n"
    key, public, signed = tmp_path / "key.pem", tmp_path / "public.pem", tmp_path / "signed"
    key.write_bytes(private_pem("merchant"))
    public.write_bytes(public_pem("merchant"))
    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", key], input=text, capture_output=True, check=True
    )
    ours = signing_key(private_pem("merchant")).sign(text)
    assert base64.b64decode(ours) == made.stdout
    signed.write_bytes(base64.b64decode(ours))
    verdict = subprocess.run(
        ["openssl", "dgst", "-sha256", "-verify", public, "-signature", signed],
        input=text,
        capture_output=True,
        check=True,
    )
    assert verdict.stdout == b"Verified OK\n"


def test_the_published_request_is_signed_over_its_published_lines() -> None:
    # wechatpay-api.gitbook.io, signing guide: the example of GET /v3/certificates.
    stamp = Stamp(1554208460.9, "593BEC0C930BF1AFEB40B4A08C8FB242", 0.0)
    assert wechat_signing.signed_text("GET", "/v3/certificates", stamp, b"") == (
        b"GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n"
    )


def test_the_authorization_header_has_the_five_fields_of_the_manual() -> None:
    stamp = Stamp(1554208460.0, "593BEC0C930BF1AFEB40B4A08C8FB242", 0.0)
    text = b"GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n"
    key = signing_key(private_pem("merchant"))
    assert wechat_signing.authorization(key, "1900009191", "1DDE55AD98ED71D6", stamp, text) == (
        "Authorization",
        'WECHATPAY2-SHA256-RSA2048 mchid="1900009191",'
        'nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",'
        f'signature="{signature("merchant", text)}",'
        'timestamp="1554208460",serial_no="1DDE55AD98ED71D6"',
    )


def test_alipay_sorts_joins_and_leaves_out_what_is_empty() -> None:
    # opendocs.alipay.com/common/02kf5q: sorted by first letter, & between, sign and blanks out.
    told = {"method": "a.b", "app_id": "20", "sign": "x", "sign_type": "RSA2", "notify_url": ""}
    out = alipay_signing.signed_text(told, left_out=alipay_signing.REQUEST_LEAVES_OUT)
    assert out == b"app_id=20&method=a.b&sign_type=RSA2"
    out = alipay_signing.signed_text(told, left_out=alipay_signing.NOTICE_LEAVES_OUT)
    assert out == b"app_id=20&method=a.b"


METHOD = "alipay.trade.query"


@pytest.mark.parametrize(
    ("body", "node", "sign"),
    [
        ('{"alipay_trade_query_response":{"a":1},"sign":"cw=="}', '{"a":1}', "cw=="),
        ('{"sign":"c","alipay_trade_query_response":{"a":"}\\"{"}}', '{"a":"}\\"{"}', "c"),
        (' { "alipay_trade_query_response" : {"a" : 1 } ,"sign":"c"}\n', '{"a" : 1 }', "c"),
        ('{"alipay_trade_query_response":{"u":"https:\\/\\/q"}}', '{"u":"https:\\/\\/q"}', ""),
        ('{"error_response":{"code":"40002"},"sign":"\\u0041="}', '{"code":"40002"}', "A="),
        ('{"alipay_trade_query_response":{},"sign":7}', "{}", ""),
    ],
)
def test_the_signed_node_is_cut_out_as_it_was_sent(body: str, node: str, sign: str) -> None:
    assert split_answer(body.encode(), METHOD) == (node.encode(), sign)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff{}",
        b'{"sign":"c"}',
        b'{"alipay_trade_pay_response":{},"sign":"c"}',
        b'{"alipay_trade_query_response":{}} trailing',
        b'{"alipay_trade_query_response":{},"alipay_trade_query_response":{}}',
        b'{"alipay_trade_query_response":{},"error_response":{},"sign":"c"}',
        b'{"alipay_trade_query_response":{} "sign":"c"}',
        b'{"a":' + b"[" * 50_000 + b"}",
        b'{7:{},"alipay_trade_query_response":{}}',
        b'["alipay_trade_query_response":{}}',
    ],
)
def test_an_answer_that_could_be_read_in_two_ways_is_none(body: bytes) -> None:
    with pytest.raises(FieldFault):
        split_answer(body, METHOD)


# wechatpay-go, utils/aes_test.go.
AEAD_KEY = b"testAPIv3Key0000"
AEAD_RESOURCE = {
    "algorithm": "AEAD_AES_256_GCM",
    "ciphertext": "FsdXzxryWfKwvLJKf8LG/ToRPTRh8RN9wROC",
    "nonce": "wCq51qZv4Yfg",
    "associated_data": "Dl56FrqWQJF1t9LtC3vEUsniZKvbqdR8",
}


def test_the_published_ciphertext_opens() -> None:
    assert wechat_signing.opened(AEAD_RESOURCE, AEAD_KEY) == b"Hello World"


@pytest.mark.parametrize(
    "changed",
    [
        {"algorithm": "AEAD_SM4_GCM"},
        {"nonce": "wCq51qZv4Yfh"},
        {"nonce": ""},
        {"associated_data": ""},
        {"associated_data": 7},
        {"ciphertext": "FsdXzxryWfKwvLJKf8LG/ToRPTRh8RN9wROD"},
        {"ciphertext": "no Base64"},
        {"ciphertext": "AAAA"},
        {"ciphertext": None},
        {"ciphertext": "A" * (wechat_signing.CIPHERTEXT_CHARS_MAX + 4)},
    ],
)
def test_a_resource_that_was_tampered_with_does_not_open(changed: dict[str, object]) -> None:
    with pytest.raises(FieldFault):
        wechat_signing.opened({**AEAD_RESOURCE, **changed}, AEAD_KEY)


def test_a_resource_without_attached_data_opens() -> None:
    sealed = AESGCM(AEAD_KEY).encrypt(b"wCq51qZv4Yfg", b"{}", b"")
    told = {**AEAD_RESOURCE, "ciphertext": base64.b64encode(sealed).decode()}
    del told["associated_data"]
    assert wechat_signing.opened(told, AEAD_KEY) == b"{}"


@pytest.mark.parametrize(
    ("off_s", "seal"),
    [
        (0, "GOOD"),
        (300, "GOOD"),
        (-300, "GOOD"),
        (301, "STALE"),
        (-301, "STALE"),
    ],
)
def test_five_minutes_are_fresh_before_and_behind(off_s: int, seal: str) -> None:
    answer = wechat_answer({"a": 1}, sent_s=NOW_S + off_s)
    keys = wechat_merchant().platform_keys
    assert wechat_signing.seal_of(answer, keys, NOW_S).name == seal


def test_every_byte_of_what_is_signed_counts() -> None:
    keys = wechat_merchant().platform_keys
    good = wechat_answer({"a": 1})
    for name, value in (
        ("Wechatpay-Nonce", "d824f2e086d3c1df967785d13fcd22ee"),
        ("Wechatpay-Timestamp", str(NOW_S + 1)),
        ("Wechatpay-Timestamp", "soon"),
        ("Wechatpay-Nonce", "a b"),
        ("Wechatpay-Signature", "AAAA"),
    ):
        headers = tuple((key, value if key == name else old) for key, old in good.headers)
        changed = type(good)(200, headers, good.body)
        assert wechat_signing.seal_of(changed, keys, NOW_S) is wechat_signing.Seal.BAD
    changed = type(good)(200, good.headers, good.body + b" ")
    assert wechat_signing.seal_of(changed, keys, NOW_S) is wechat_signing.Seal.BAD
    for name in (
        "Wechatpay-Nonce",
        "Wechatpay-Timestamp",
        "Wechatpay-Serial",
        "Wechatpay-Signature",
    ):
        headers = tuple(each for each in good.headers if each[0] != name)
        changed = type(good)(200, headers, good.body)
        assert wechat_signing.seal_of(changed, keys, NOW_S) is wechat_signing.Seal.MISSING
        doubled = type(good)(200, (*good.headers, (name, "x")), good.body)
        assert wechat_signing.seal_of(doubled, keys, NOW_S) is wechat_signing.Seal.MISSING


def test_two_platform_keys_are_good_at_once_and_a_third_is_not() -> None:
    keys = (
        platform_key(PLATFORM_ID, public_pem("platform")),
        platform_key("00 5157F09EFDC096DE".replace(" ", ""), public_pem("old")),
    )
    old = wechat_answer({}, serial="5157f09efdc096de", key="old")
    assert wechat_signing.seal_of(old, keys, NOW_S) is wechat_signing.Seal.GOOD
    wrong = wechat_answer({}, serial=PLATFORM_ID, key="old")
    assert wechat_signing.seal_of(wrong, keys, NOW_S) is wechat_signing.Seal.BAD
    third = wechat_answer({}, serial="ABCD", key="platform")
    assert wechat_signing.seal_of(third, keys, NOW_S) is wechat_signing.Seal.UNKNOWN_KEY


def test_a_key_of_more_bits_than_anybody_uses_is_refused() -> None:
    for bits, is_taken in ((RSA_BITS_MAX, True), (RSA_BITS_MAX + 8, False)):
        key = RSAPublicNumbers(65537, 1 << (bits - 1) | 1).public_key()
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        if is_taken:
            platform_key("x", pem)
            continue
        with pytest.raises(ValueError, match=f"2048 to 4096 bits, got {bits}"):
            platform_key("x", pem)


def test_a_text_that_is_longer_than_any_of_a_gateway_is_none() -> None:
    longest = "x" * fields.TEXT_CHARS_MAX
    assert fields.text_of({"link": longest}, "link") == longest
    for text in (longest + "x", ""):
        with pytest.raises(FieldFault):
            fields.text_of({"link": text}, "link")


def test_a_ciphertext_that_is_too_long_is_not_even_decoded() -> None:
    sealed = {"algorithm": wechat_signing.AEAD, "nonce": "n"}
    for more, why in ((0, "of our APIv3 key"), (4, "a text as ciphertext")):
        sealed["ciphertext"] = "A" * (wechat_signing.CIPHERTEXT_CHARS_MAX + more)
        with pytest.raises(FieldFault, match=why):
            wechat_signing.opened(sealed, b"k" * 32)


def test_keys_that_are_none_are_refused_without_showing_them() -> None:
    pem = private_pem("merchant")
    for read in (signing_key, lambda data: platform_key("x", data)):
        with pytest.raises(ValueError) as fault:
            read(b"-----BEGIN " + pem[40:])
        assert "MII" not in str(fault.value)
    with pytest.raises(ValueError, match="private key"):
        signing_key(public_pem("merchant"))
    with pytest.raises(ValueError, match="public key"):
        platform_key("x", pem)
    short = subprocess.run(
        ["openssl", "genrsa", "1024"], capture_output=True, check=True, timeout=20
    ).stdout
    with pytest.raises(ValueError, match="2048 to 4096 bits, got 1024"):
        signing_key(short)
    curve = subprocess.run(
        ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"],
        capture_output=True,
        check=True,
    ).stdout
    with pytest.raises(ValueError, match="RSA"):
        signing_key(curve)
    assert "BEGIN" not in repr(signing_key(pem))
    shown = repr(wechat_merchant())
    assert "0123456789abcdef" not in shown
    assert "RSA" not in shown


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=6))
def test_forms_are_what_other_readers_read(told: dict[str, str]) -> None:
    try:
        made = form_coding.form(told)
    except UnicodeEncodeError:
        return  # A lone surrogate is no text.
    assert dict(parse_qsl(made, keep_blank_values=True, max_num_fields=10)) == told
    assert form_coding.read_form(made.encode("ascii")) == told
    assert form_coding.read_form(urlencode(told).encode("ascii")) == told


@pytest.mark.parametrize(
    "body",
    [
        *(b"a=%", b"a=%4", b"a=%+1", b"a=%zz", b"a=%ff", b"a=1&a=2"),
        b"&".join(b"%d=1" % number for number in range(form_coding.FIELDS_MAX + 1)),
        b"a=" + b"x" * form_coding.FORM_BYTES_MAX,
    ],
)
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        form_coding.read_form(body)


def test_quoting_knows_chinese_and_reserved_characters() -> None:
    assert form_coding.quote("停车费 a&b=c/+~") == "%E5%81%9C%E8%BD%A6%E8%B4%B9%20a%26b%3Dc%2F%2B~"
    assert form_coding.quote("a b").replace("%20", "+") == quote_plus("a b")


@pytest.mark.parametrize(
    ("order_id", "name"),
    [
        ("p-0a1b2c-000007", "p_h0a1b2c_h000007"),
        ("abc_def", "abc_udef"),
        ("a-_-_-b", "a_h_u_h_u_hb"),
    ],
)
def test_order_numbers_go_to_alipay_and_back(order_id: str, name: str) -> None:
    assert without_hyphen(order_id) == name
    assert with_hyphen(name) == order_id


@settings(deadline=None)
@given(st.from_regex(r"[0-9A-Za-z_-]{6,32}", fullmatch=True))
def test_no_two_order_numbers_have_one_name(order_id: str) -> None:
    name = without_hyphen(order_id)
    assert len(name) <= 64
    assert "-" not in name
    assert with_hyphen(name) == order_id


@pytest.mark.parametrize(
    "name", ["", "abc", "p_xabcdef", "abcdef_", "ab-cdefg", "__h__h__h", "ab cdef"]
)
def test_a_name_that_is_none_of_ours_is_no_order(name: str) -> None:
    assert with_hyphen(name) is None


def test_a_number_that_no_gateway_takes_is_no_order() -> None:
    assert not any(map(is_order_id, ("", "short", "x" * 33, "umlaut-ü", "a/b-cdef", "abcdef\n")))


@pytest.mark.parametrize(
    ("text", "fen"),
    [("0.01", 1), ("88.88", 8888), ("9.90", 990), ("9.9", 990), ("10", 1000), ("0.00", 0)],
)
def test_yuan_are_read_to_the_fen(text: str, fen: int) -> None:
    assert fields.fen_of({"total_amount": text}, "total_amount") == fen


@pytest.mark.parametrize(
    "text", ["", "1.001", "-1", "+1", "1e3", " 1", "1.", ".5", "01.00", "1,00", "NaN"]
)
def test_an_amount_in_any_other_spelling_is_none(text: str) -> None:
    with pytest.raises(FieldFault):
        fields.fen_of({"total_amount": text}, "total_amount")


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=999_999_999_999))
def test_fen_become_yuan_and_come_back(fen: int) -> None:
    assert fields.fen_of({"a": fields.yuan_of(fen)}, "a") == fen


@pytest.mark.parametrize(
    ("fen", "text"), [(1, "0.01"), (10, "0.10"), (990, "9.90"), (123456, "1234.56")]
)
def test_yuan_have_two_digits(fen: int, text: str) -> None:
    assert fields.yuan_of(fen) == text


def test_moments_are_beijing_s() -> None:
    assert fields.beijing_text(1_422_783_047.9) == "2015-02-01 17:30:47"
    assert fields.rfc3339(1_528_425_296) == "2018-06-08T10:34:56+08:00"
    assert fields.beijing_seconds({"t": "2015-02-01 17:30:47"}, "t") == 1_422_783_047.0


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"[]", b"{", b"\xff", b'{"a":1,"a":2}', b'{"a":NaN}'),
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":' + b"[" * 60_000,
    ],
)
def test_what_is_no_clear_json_object_is_refused(data: bytes) -> None:
    with pytest.raises(FieldFault):
        fields.read_object(data)


def test_a_notice_is_heard_once_and_forgotten_when_it_cannot_be_new_again() -> None:
    seen = freshness.SeenIds()
    assert seen.is_new(("a", "b"), 0.0)
    assert not seen.is_new(("c", "b"), 10.0)
    assert not seen.is_new(("c",), 600.0)
    assert seen.repeated == 2
    assert seen.is_new(("a",), 601.0)


def test_a_flood_of_notices_forgets_the_oldest() -> None:
    seen = freshness.SeenIds()
    for number in range(freshness.SEEN_MAX + 1):
        assert seen.is_new((str(number),), 0.0)
    assert not seen.is_new((str(freshness.SEEN_MAX),), 0.0)
    assert seen.is_new(("0",), 0.0)
