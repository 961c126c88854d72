"""A small OpenID provider, a process of its own: real codes, keys and signatures.

`python -m tests.serve.provider PORT` serves discovery, authorization (the form field
`who` says who signs in), token (client secret, PKCE S256, one use of a code) and keys.
`POST /spoil?how=…` makes the next ID token wrong in one way; `POST /claims` sets what
it says of a person; `POST /rotate` changes the signing key.
"""

import base64
import hashlib
import hmac
import json
import secrets
import sys
import time
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.responses import JSONResponse, RedirectResponse, Response

CLIENT, SECRET = "datong", "a secret of the test"
app = FastAPI()
keys = [RSAKey.generate_key(2048, {"kid": "k0", "use": "sig"})]
codes: dict[str, dict[str, str]] = {}
people: dict[str, dict[str, Any]] = {}
state = {"spoil": "", "issuer": ""}


@app.get("/.well-known/openid-configuration")
def discovery() -> dict[str, Any]:
    issuer = state["issuer"]
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/keys",
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
    }


@app.get("/keys")
def public() -> dict[str, Any]:
    return {"keys": [keys[-1].as_dict(private=False)]}


@app.get("/authorize")
def authorize(request: Request) -> Response:
    asked = dict(request.query_params)
    if asked.get("who") == "refuses":
        told = {"error": "access_denied", "state": asked["state"]}
    else:
        code = secrets.token_urlsafe(16)
        codes[code] = asked
        told = {"code": code, "state": asked["state"]}
    return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(told)}", 302)


@app.post("/token")
async def token(request: Request) -> Response:
    form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
    asked = codes.pop(form.get("code", ""), None)
    _, _, basic = request.headers.get("authorization", "").partition(" ")
    client = base64.b64decode(basic).decode().replace("+", " ").replace("%20", " ")
    given = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    if (
        asked is None
        or client != f"{CLIENT}:{SECRET}"
        or asked.get("code_challenge_method") != "S256"
        or asked["code_challenge"] != coded(given)
        or asked["redirect_uri"] != form.get("redirect_uri")
    ):
        return JSONResponse({"error": "invalid_grant"}, 400)
    access = secrets.token_urlsafe(16)
    signed = signed_token(asked["who"], asked["nonce"])
    told = {"access_token": access, "token_type": "Bearer", "id_token": signed}
    return JSONResponse(told)


def coded(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


def signed_token(who: str, nonce: str) -> str:
    """Sign an ID token, wrong in the one way that was asked for."""
    now, how, state["spoil"] = int(time.time()), state["spoil"], ""
    claims = {
        "iss": state["issuer"],
        "aud": CLIENT,
        "sub": who,
        "nonce": nonce,
        "iat": now,
        "exp": now + 300,
        "auth_time": now,
        **people.get(who, {}),
    }
    claims |= {
        "nonce": {"nonce": "another"},
        "audience": {"aud": "another"},
        "issuer": {"iss": "https://another.example"},
        "expired": {"iat": now - 4000, "exp": now - 3600},
    }.get(how, {})
    key, header = keys[-1], {"alg": "RS256", "kid": keys[-1].kid}
    if how == "key":
        key = RSAKey.generate_key(2048)
    if how in ("secret", "none"):
        _, body, _ = jwt.encode(header, claims, key).split(".")
        plain = json.dumps({"alg": {"secret": "HS256", "none": "none"}[how]})
        said = f"{coded(plain.encode())}.{body}"
        if how == "none":
            return f"{said}."
        # The public key taken for a shared secret, which everybody then knows.
        known = keys[-1].as_pem(private=False)
        return f"{said}.{coded(hmac.digest(known, said.encode(), 'sha256'))}"
    return jwt.encode(header, claims, key)


@app.post("/spoil")
def spoil(how: str) -> None:
    state["spoil"] = how


@app.post("/claims")
async def claims(request: Request) -> None:
    people.update(await request.json())


@app.post("/rotate")
def rotate() -> None:
    named = {"kid": f"k{len(keys)}", "use": "sig"}
    keys.append(RSAKey.generate_key(2048, named))


if __name__ == "__main__":
    port = int(sys.argv[1])
    state["issuer"] = f"http://127.0.0.1:{port}"
    uvicorn.run(app, port=port, log_level="warning")
